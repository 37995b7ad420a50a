"""Records: what the law asks to keep, to show, to delete and to hand on."""
