/** The drafts of who reads, kept in this browser. */
import { storage } from "../messages/posting.js";
import { Drafts } from "./drafts.js";

export const drafts = new Drafts(storage);
