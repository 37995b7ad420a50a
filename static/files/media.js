// Videos and the forms for them; pictures are opened everywhere (picture-links.js).
import "./poster-frame.js";
import "./video-player.js";
import "./video-upload.js";
