// Files between us and the others. Whoever has one offers it to everybody; each of the
// others takes it or does not, and has it sent over a channel of its own. No DOM here.
//
// Nothing is received that was not taken, and of offers no more than a person can look
// at. What is said twice, or by somebody whom it is not about, is dropped.

import { Arrival } from './arrival.js';
import { Departure } from './departure.js';
import { FileEntry, isBusy, legTo } from './fileentry.js';
import { nameOf } from './filename.js';
import { inFile, inMemory, isForMemory, mostHere, MOST_IN_MEMORY } from './filestore.js';
import { MOST_FILE, newId } from './messages.js';
import { Paces } from './pace.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./fileentry.js').Leg} Leg
 * @typedef {import('./fileentry.js').Stage} Stage
 * @typedef {'too-large' | 'too-many' | 'nobody'} Fault why a file cannot be offered
 *
 * @typedef {object} FilesParts
 * @property {import('./people.js').People} people
 * @property {{ entries: { kind: string }[], add: (entry: FileEntry) => void }} history
 * @property {(entry: FileEntry) => void} changed
 * @property {(entry: FileEntry, done: boolean) => void} over nothing more is to come of it, with one of the others
 * @property {(entry: FileEntry) => void} came it can be saved from its address now
 */

export const MOST_AT_ONCE = 10; // of ours, and of each of the others
const OFFERS_BURST = 30;
const OFFERS_PER_SECOND = 1;

export class Files {
  #parts;
  #paces = new Paces(OFFERS_BURST, OFFERS_PER_SECOND);

  /** @param {FilesParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Offers a file to everybody.
   * @param {File} file
   * @returns {Fault | null}
   */
  offer(file) {
    const { people, history } = this.#parts;
    if (file.size > MOST_FILE) return 'too-large';
    if (this.#entries().filter(({ from, busy }) => from === null && busy).length >= MOST_AT_ONCE) return 'too-many';
    const standings = people.all.map((uid) => ({ uid, standing: people.standing(uid) }));
    if (!standings.some(({ standing }) => standing === 'open')) return 'nobody';
    const legs = standings.map(({ uid, standing }) => legTo(uid, standing === 'open' ? 'offered' : standing));
    const entry = new FileEntry(null, newId(), nameOf(file.name), file.size, legs);
    entry.file = file;
    history.add(entry);
    this.catchUp();
    return null;
  }

  /**
   * Has a file come that was offered to us. To be called when somebody clicks.
   * @param {FileEntry} entry
   * @returns {Promise<'too-many' | 'unwritable' | null>} why it cannot come now
   */
  async take(entry) {
    if (entry.placing) return null; // a second click; the browser would refuse a second question
    const [leg] = entry.legs;
    const memory = isForMemory(entry.size);
    if (memory && !this.#makeRoom(entry.size)) return 'too-many';
    entry.placing = true;
    try {
      const store = memory ? inMemory() : await inFile(entry.name);
      if (leg.stage === 'offered') this.#begin(entry, leg, store);
      else store.drop(); // withdrawn while the person chose a place
      return null;
    } catch (error) {
      return /** @type {Error} */ (error).name === 'AbortError' ? null : 'unwritable';
    } finally {
      entry.placing = false;
    }
  }

  /**
   * Declines what is offered, ends what is under way.
   * @param {FileEntry} entry
   */
  stop(entry) {
    for (const leg of entry.legs.filter(isBusy)) {
      this.#end(entry, leg, entry.from !== null && leg.stage === 'offered' ? 'declined' : 'cancelled');
    }
  }

  /**
   * @param {Uid} from
   * @param {import('./messages.js').FileWord} message
   */
  heard(from, message) {
    if (message.type === 'file') return this.#offered(from, message);
    const entry = this.#entries().find((each) => each.id === message.id && (each.from === null || each.from === from));
    const leg = entry?.legs.find(({ uid }) => uid === from);
    if (!entry || !leg) return;
    if (leg.stage === 'broken' && leg.spent && message.type === 'file-got' && message.size === entry.size) {
      leg.end = null;
      return this.#settle(entry, leg, 'done'); // that it came was told over a channel that broke, and is told again
    }
    if (!isBusy(leg)) return;
    switch (message.type) {
      case 'file-stop': return this.#settle(entry, leg, message.reason);
      case 'file-take': return this.#depart(entry, leg);
      case 'file-got':
        if (leg.departure?.got(message.size)) this.#settle(entry, leg, 'done');
    }
  }

  /**
   * A channel that somebody opened to us.
   * @param {Uid} from
   * @param {RTCDataChannel} channel
   */
  channel(from, channel) {
    const entry = this.#entries().find((each) => each.from === from && each.id === channel.label);
    if (!entry?.arrival?.from(channel)) channel.close();
  }

  /** Looks who is gone, and says again what got lost with a channel. */
  catchUp() {
    const { people } = this.#parts;
    this.#paces.keep((uid) => people.standing(/** @type {Uid} */ (uid)) !== 'gone');
    for (const entry of this.#entries()) {
      for (const leg of entry.legs) {
        if (isBusy(leg) && people.standing(leg.uid) === 'gone') this.#settle(entry, leg, 'gone');
        leg.departure?.look();
        entry.arrival?.look();
        this.#say(entry, leg);
      }
    }
  }

  /** Ends all of it; nobody is told. */
  close() {
    for (const entry of this.#entries()) {
      for (const leg of entry.legs.filter(isBusy)) this.#settle(entry, leg, 'gone');
    }
  }

  /**
   * Says once on each channel what is to be answered, and what ended it: nobody says
   * whether that came, and whoever knows it already drops it.
   * @param {FileEntry} entry
   * @param {Leg} leg
   */
  #say({ from, id, name, size, arrival }, leg) {
    const channel = this.#parts.people.channel(leg.uid);
    /** @type {import('./messages.js').FileWord} */
    const opening = from === null ? { type: 'file', id, name, size } : { type: 'file-take', id };
    const opens = from === null ? leg.stage === 'offered' : arrival?.waits;
    const word = leg.end ?? (opens ? opening : null);
    if (word && channel && channel !== leg.said && channel.say(word)) leg.said = channel;
  }

  /**
   * @param {Uid} from
   * @param {import('./messages.js').FileOffer} offer
   */
  #offered(from, { id, name, size }) {
    const { people, history } = this.#parts;
    const known = this.#entries().filter((each) => each.from === from);
    if (known.some((each) => each.id === id) || !this.#paces.take(from, performance.now())) return;
    if (known.filter(({ busy }) => busy).length >= MOST_AT_ONCE) {
      people.tell(from, { type: 'file-stop', id, reason: 'too-many' });
      return;
    }
    const large = size > mostHere();
    const leg = legTo(from, large ? 'too-large' : 'offered');
    const entry = new FileEntry(from, id, name, size, [leg]);
    history.add(entry);
    if (large) this.#sayLast(entry, leg, { type: 'file-stop', id, reason: 'too-large' });
  }

  /**
   * @param {FileEntry} entry
   * @param {Leg} leg
   * @param {import('./filestore.js').Store} store
   */
  #begin(entry, leg, store) {
    entry.store = store;
    entry.arrival = new Arrival(entry.size, store, {
      moved: (size) => this.#moved(entry, leg, size),
      done: () => {
        leg.moved = entry.size;
        this.#sayLast(entry, leg, { type: 'file-got', id: entry.id, size: entry.size });
        const blob = store.blob();
        if (blob) entry.url = URL.createObjectURL(blob);
        this.#settle(entry, leg, 'done');
        if (blob) this.#parts.came(entry);
      },
      failed: (reason) => this.#end(entry, leg, reason),
    });
    leg.stage = 'moving';
    this.#say(entry, leg);
    this.#parts.changed(entry);
  }

  /**
   * @param {FileEntry} entry
   * @param {Leg} leg
   * @param {number} size
   */
  #moved(entry, leg, size) {
    leg.moved = size;
    this.#parts.people.tell(leg.uid, { type: 'file-got', id: entry.id, size });
    this.#parts.changed(entry);
  }

  /**
   * @param {FileEntry} entry
   * @param {Leg} leg
   */
  #depart(entry, leg) {
    if (!entry.file || leg.departure) return;
    const channel = this.#parts.people.channel(leg.uid)?.forFile(entry.id);
    if (!channel) return;
    leg.stage = 'moving';
    leg.departure = new Departure(entry.file, channel, {
      moved: (bytes) => {
        leg.moved = bytes;
        this.#parts.changed(entry);
      },
      failed: (reason) => {
        leg.spent = leg.departure?.spent ?? false;
        this.#end(entry, leg, reason);
      },
    });
    this.#parts.changed(entry);
  }

  /**
   * It is we who end it.
   * @param {FileEntry} entry
   * @param {Leg} leg
   * @param {import('./messages.js').Reason} reason
   */
  #end(entry, leg, reason) {
    this.#sayLast(entry, leg, { type: 'file-stop', id: entry.id, reason });
    this.#settle(entry, leg, reason);
  }

  /**
   * @param {FileEntry} entry
   * @param {Leg} leg
   * @param {import('./messages.js').FileWord} end
   */
  #sayLast(entry, leg, end) {
    leg.end = end;
    leg.said = null;
    this.#say(entry, leg);
  }

  /**
   * @param {FileEntry} entry
   * @param {Leg} leg
   * @param {Stage} stage the last one
   */
  #settle(entry, leg, stage) {
    leg.stage = stage;
    leg.departure?.stop();
    entry.arrival?.stop();
    leg.departure = entry.arrival = null;
    if (stage !== 'done') entry.release();
    if (!entry.busy) entry.file = null;
    this.#parts.changed(entry);
    this.#parts.over(entry, stage === 'done');
  }

  /**
   * What was saved goes from memory first.
   * @param {number} size
   */
  #makeRoom(size) {
    const held = this.#entries().filter((entry) => entry.held);
    let over = held.reduce((sum, entry) => sum + entry.held, size) - MOST_IN_MEMORY;
    for (const entry of held.filter(({ busy }) => !busy)) {
      if (over <= 0) break;
      over -= entry.held;
      entry.release();
      this.#parts.changed(entry);
    }
    return over <= 0;
  }

  #entries() {
    return /** @type {FileEntry[]} */ (this.#parts.history.entries.filter(({ kind }) => kind === 'file'));
  }
}
