"""Questions: asked of who may know, answered once for all, confirmed as dated criteria."""
