// On the way to another site: post the form at once. Without script its button does.
document.querySelector("form[data-post-on]")?.requestSubmit();
