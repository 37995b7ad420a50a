/** The page on which publications are written, with the forms for their videos. */
import "../files/poster-frame.js";
import "../files/video-upload.js";
import "./publication-editor.js";
