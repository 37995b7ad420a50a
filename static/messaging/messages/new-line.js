/**
 * Where the line "new since you left" stands: `seq` of the first message under it, 0 without one.
 * It stays until one leaves or answers; what comes while one is away stands under it.
 */
export class NewLine {
  constructor(seq = 0, count = 0) {
    this.seq = seq || 0;
    this.count = count || 0;
    this.wasSeen = false;
  }

  /** Somebody else's message came. */
  arrived(seq, { isSeen }) {
    if (this.seq) {
      this.count += 1;
    } else if (!isSeen) {
      this.seq = seq;
      this.count = 1;
      this.wasSeen = false;
    }
  }

  /** One's own message stands below: everything above it was read. */
  answered() {
    this.seq = 0;
    this.count = 0;
  }

  /** One looks away: what was read by now is no longer new on return. */
  left() {
    if (this.wasSeen) this.answered();
  }
}
