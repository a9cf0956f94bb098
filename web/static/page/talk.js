// The panel in which people write to each other and hand each other files: joins what
// is written, said and offered with the list that shows it.

import { announce } from './announce.js';
import { Chat } from './chat.js';
import { MOST_TEXT } from './chattext.js';
import { button, element } from './dom.js';
import { startFileDrop } from './filedrop.js';
import { nameOf, sizeOf } from './filename.js';
import { Files, MOST_AT_ONCE } from './files.js';
import { History } from './history.js';
import { say } from './language.js';
import { MOST_FILE } from './messages.js';
import { People } from './people.js';
import { Log } from './talklog.js';
import { isUnderWay } from './underway.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./language.js').Word} Word
 * @typedef {import('./messages.js').Message} Message
 * @typedef {import('./chat.js').Said} Said
 * @typedef {import('./fileentry.js').FileEntry} FileEntry
 */

const MOST_KEPT = 200; // messages and files
const MOST_ANNOUNCED = 300; // characters
const MOST_COUNTED = 99; // unread
const COUNT_FROM = 0.8; // of the longest text

/** @type {Record<Exclude<import('./chat.js').Fault, 'empty'>, Word>} */
const CHAT_FAULTS = { 'too-long': 'chat-fault-too-long', 'nobody': 'chat-fault-nobody', 'deaf': 'chat-fault-deaf' };
/** @type {Record<import('./files.js').Fault, Word>} */
const FILE_FAULTS = { 'too-large': 'file-fault-too-large', 'too-many': 'file-fault-too-many', 'nobody': 'file-fault-nobody' };

// Where the panel lies over everything, and what is below it is out of reach.
const SMALL = '(max-width: 40rem), (max-height: 30rem)';

export class Talk {
  #panel = element('chat', HTMLElement);
  #opener = button('chat-open');
  #field = element('chat-text', HTMLTextAreaElement);
  #fault = element('chat-fault', HTMLElement);
  #small = matchMedia(SMALL);
  #unread = 0;
  #standings = '';
  #inCall = false;
  #people = new People(() => this.#look());
  /** @type {History<Said | FileEntry>} */
  #history = new History(MOST_KEPT, {
    added: (entry) => this.#added(entry),
    dropped: (entry) => {
      this.#log.drop(entry);
      if (entry.kind === 'file') entry.release();
    },
  });
  /** @type {Log} */
  #log = new Log(element('chat-log', HTMLElement), {
    name: (uid) => this.#people.name(uid),
    standing: (uid) => this.#people.standing(uid),
    take: (entry) => this.#take(entry),
    stop: (entry) => this.#files.stop(entry),
  });
  #chat = this.#newChat();
  /** @type {Files} */
  #files = this.#newFiles();

  constructor() {
    const form = element('chat-form', HTMLFormElement);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#say();
    };
    this.#field.onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || composes(event)) return;
      event.preventDefault();
      this.#say();
    };
    this.#field.oninput = () => this.#measure();
    button('chat-close').onclick = () => this.#close();
    this.#panel.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !composes(event)) this.#close(); });
    this.#small.addEventListener('change', () => this.#cover());
    startFileDrop({ stay: () => (this.#inCall ? this.#files : null), files: (files, folders) => this.#offer(files, folders) });
  }

  /** A stay begins. */
  start() {
    this.#inCall = true;
    this.#people = new People(() => this.#look());
    this.#chat = this.#newChat();
    this.#files = this.#newFiles();
    addEventListener('beforeunload', this.#askToStay);
  }

  /** It is over, and what was said in it is gone. */
  end() {
    this.#inCall = false;
    this.#standings = '';
    removeEventListener('beforeunload', this.#askToStay);
    this.#files.close();
    this.#history.clear();
    this.#field.value = '';
    this.#measure();
    this.#show(false);
    this.#count(0);
    say(element('chat-deaf', HTMLElement), null);
  }

  /** @param {ReadonlyMap<Uid, import('./people.js').Other>} peers everybody else */
  look(peers) {
    this.#people.look(peers);
    this.#look();
  }

  /**
   * @param {Uid} from
   * @param {Message} message
   */
  heard(from, message) {
    if (message.type === 'chat' || message.type === 'chat-got') this.#chat.heard(from, message);
    else if (message.type !== 'about') this.#files.heard(from, message);
  }

  /**
   * @param {Uid} from
   * @param {RTCDataChannel} channel
   */
  file(from, channel) { this.#files.channel(from, channel); }

  toggle() {
    if (!this.#panel.hidden) return this.#close();
    this.#show(true);
    // On a phone the keyboard would cover what was written.
    if (this.#small.matches) element('chat-heading', HTMLElement).focus();
    else this.#field.focus();
  }

  /**
   * Asks, if something would be lost with the page.
   * @param {Event} event
   */
  #askToStay = (event) => {
    if (this.#history.entries.some((entry) => isUnderWay(entry, (uid) => this.#people.standing(uid)))) event.preventDefault();
  };

  #newChat() {
    return new Chat({ people: this.#people, history: this.#history, changed: (said) => this.#log.fill(said) });
  }

  /** @returns {Files} */
  #newFiles() {
    return new Files({
      people: this.#people, history: this.#history,
      changed: (entry) => this.#log.fill(entry),
      over: ({ name }, done) => announce(done ? 'file-news-done' : 'file-news-over', { news: name }),
      came: (entry) => this.#log.save(entry),
    });
  }

  #look() {
    if (!this.#inCall) return;
    this.#chat.catchUp();
    this.#files.catchUp();
    const standings = this.#people.all.map((uid) => `${uid} ${this.#people.standing(uid)}`).join();
    if (standings === this.#standings) return; // who tells much of itself must not have all of it written anew
    this.#standings = standings;
    this.#log.fillAll();
    const deaf = this.#people.all.filter((uid) => this.#people.standing(uid) === 'deaf').length;
    say(element('chat-deaf', HTMLElement), deaf ? deaf === this.#people.all.length ? 'chat-deaf-all' : 'chat-deaf-some' : null,
      { count: String(deaf) });
  }

  #say() {
    const fault = this.#chat.say(this.#field.value);
    if (fault === 'empty') return;
    this.#tell(fault && CHAT_FAULTS[fault], { most: String(MOST_TEXT) });
    if (fault) return;
    this.#field.value = '';
    this.#measure();
  }

  /**
   * @param {File[]} files
   * @param {number} folders
   */
  #offer(files, folders) {
    this.#show(true);
    const refused = files.map((file) => ({ name: nameOf(file.name), fault: this.#files.offer(file) })).filter(({ fault }) => fault);
    const fault = refused[0]?.fault;
    const name = refused.filter((each) => each.fault === fault).map((each) => each.name).join(', ').slice(0, MOST_ANNOUNCED);
    this.#tell(fault ? FILE_FAULTS[fault] : folders ? 'file-fault-folder' : null,
      { name, most: fault === 'too-many' ? String(MOST_AT_ONCE) : sizeOf(MOST_FILE) });
  }

  /** @param {FileEntry} entry */
  async #take(entry) {
    const files = this.#files;
    const fault = await files.take(entry);
    if (files !== this.#files || !this.#inCall) return; // the dialog outlived the call
    this.#tell(fault && (fault === 'too-many' ? 'file-fault-no-room' : 'file-fault-unwritable'));
  }

  /**
   * @param {Word | null} word
   * @param {import('./language.js').Values} [values]
   */
  #tell(word, values) {
    say(this.#fault, word, values);
    this.#field.setAttribute('aria-invalid', String(word === 'chat-fault-too-long'));
  }

  /** The field grows with the text, and says when there is too much of it. */
  #measure() {
    const { value, style } = this.#field;
    style.height = 'auto';
    style.height = `${this.#field.scrollHeight + 2}px`;
    const count = element('chat-count', HTMLElement);
    count.hidden = value.length < MOST_TEXT * COUNT_FROM;
    count.textContent = `${value.trim().length} / ${MOST_TEXT}`;
    this.#tell(value.trim().length > MOST_TEXT ? 'chat-fault-too-long' : null, { most: String(MOST_TEXT) });
  }

  /** @param {Said | FileEntry} entry */
  #added(entry) {
    this.#log.add(entry);
    if (entry.from === null) return;
    if (this.#panel.hidden) this.#count(this.#unread + 1);
    const { word, values } = this.#people.name(entry.from);
    const [news, one, numbered] = entry.kind === 'said'
      ? [entry.text.slice(0, MOST_ANNOUNCED), 'chat-news', 'chat-news-person']
      : [entry.name, 'file-news', 'file-news-person'];
    announce(/** @type {Word} */ (word === 'talk-person' ? numbered : one), { ...values, news });
  }

  #close() {
    this.#show(false);
    this.#opener.focus();
  }

  /** @param {boolean} open */
  #show(open) {
    this.#panel.hidden = !open;
    this.#opener.setAttribute('aria-expanded', String(open));
    document.body.dataset.chat = open ? 'open' : '';
    if (open) this.#count(0);
    this.#cover();
    if (open) this.#log.showEnd();
  }

  #cover() {
    const covered = !this.#panel.hidden && this.#small.matches;
    for (const id of ['stage', 'controls']) element(id, HTMLElement).inert = covered;
  }

  /** @param {number} unread */
  #count(unread) {
    this.#unread = unread;
    const badge = element('unread', HTMLElement);
    badge.hidden = unread === 0;
    badge.children[0].textContent = unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread);
  }
}

/**
 * Whether the key is meant for the input method, which turns what was typed into signs.
 * Safari tells so by the code only, once the signs are there.
 * @param {KeyboardEvent} event
 */
const composes = ({ isComposing, keyCode }) => isComposing || keyCode === 229;
