// What every page does with script. Each module stands alone; a page works without all of them.
import "./busy.js";
import "./copy-text.js";
import "./current-in-view.js";
import "./dialogs.js";
import "./error-summary.js";
import "./invalid.js";
import "./pop-menu.js";
import "./problems.js";
import "./shortcuts.js";
import "./theme.js";
import "./tips.js";
import "./toast.js";
import "./viewport.js";
