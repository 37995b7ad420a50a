import { word } from "../../platform/core/reader.js";

/**
 * Send a form, and tell how much of it has gone.
 *
 * @param {(share: number) => void} [progress] from 0 to 1
 * @returns {Promise<{html: string, problem: string}>} the part of the page, or why not
 */
export function sent(url, data, progress = () => {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("Accept", "application/problem+json, text/html");
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    request.addEventListener("loadend", () => {
      const isTaken = request.status >= 200 && request.status < 300;
      const html = isTaken ? request.responseText : "";
      resolve({ html, problem: isTaken ? "" : reason(request.responseText) });
    });
    request.send(data);
  });
}

function reason(answer) {
  try {
    return JSON.parse(answer).detail ?? word("no-answer");
  } catch {
    return word("no-answer");
  }
}
