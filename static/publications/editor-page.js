/** The page on which publications are written. */
import "./publication-editor.js";
