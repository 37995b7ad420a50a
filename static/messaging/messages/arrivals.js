import { plural, timeOf, word } from "../../platform/core/reader.js";

/** What came while one reads further up: the first of it, how much, since when, from whom. */
export class Arrivals {
  constructor() {
    this.clear();
  }

  /** Others' message came below what is on the screen. */
  add(message, isAddressed) {
    if (!this.count) Object.assign(this, { id: message.id, seq: message.seq });
    this.at ||= message.created_at;
    if (isAddressed) this.by = message.author.name;
    this.count += 1;
  }

  clear() {
    Object.assign(this, { id: "", seq: 0, count: 0, at: "", by: "" });
  }

  /** Let a button that leads down say what came. Returns whether something did. */
  draw(button) {
    const { count, at, by } = this;
    const [plain, told] = button.querySelectorAll("span");
    plain.hidden = count > 0;
    told.hidden = !count;
    button.classList.toggle("jump--arrived", count > 0);
    if (count) {
      const since = plural("new-since", count, { time: timeOf(at) });
      told.textContent = by ? `${since} · ${word("mentions-you", { name: by })}` : since;
    }
    return count > 0;
  }
}
