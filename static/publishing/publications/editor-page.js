/** The page on which publications are written, with the forms for their videos. */
import "../../delivery/files/poster-frame.js";
import "../../delivery/files/video-upload.js";
import "./publication-editor.js";
