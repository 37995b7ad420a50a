/** Requests to this site: JSON for the interface of programs, fragments of pages for elements. */

/** An answer that says no, or no answer at all (`status` 0). */
export class Refusal extends Error {
  /**
   * @param {string} message what a person can do about it
   * @param {{status?: number, errors?: object, retryAfter?: number}} [more]
   */
  constructor(message, { status = 0, errors = {}, retryAfter = 0 } = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/**
 * Ask the interface under /api/v1.
 *
 * @param {{keepalive?: boolean}} [options] whether it goes on though the page goes
 * @returns what it answered as JSON, null where it answered nothing
 */
export async function request(method, path, body, options) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await reach(`/api/v1${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    ...options,
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(response.status, answer, response.headers);
  return answer;
}

/** Fetch a part of a page. */
export async function fragment(address) {
  const response = await reach(address, { headers: { "HX-Request": "true" } });
  if (response.redirected && new URL(response.url).pathname === "/signin") {
    throw new Refusal("", { status: 401 });
  }
  if (!response.ok) throw new Refusal("", { status: response.status });
  return response.text();
}

/** What a refusal in an answer's body says. */
export function refusalOf(status, answer, headers) {
  return new Refusal(answer?.detail ?? "", {
    status,
    errors: answer?.errors,
    retryAfter: Number(answer?.retry_after ?? headers?.get("Retry-After") ?? 0),
  });
}

async function reach(address, options) {
  try {
    return await fetch(address, { credentials: "same-origin", ...options });
  } catch {
    throw new Refusal("");
  }
}

/** An identifier that nobody else makes, also where the page came without TLS. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
