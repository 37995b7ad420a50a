/** For pages with a long text in a form. */
import "./text-editor.js";
