// The page: joins what people do and see with the call and with our own media.

import { Bar } from './bar.js';
import { Beside } from './beside.js';
import { Board } from './board.js';
import { Call } from './call.js';
import { announceChanges } from './changes.js';
import { copy } from './clipboard.js';
import { closeDialog } from './dialog.js';
import { button, element } from './dom.js';
import { isAllowedAlready } from './faults.js';
import { inviteTo, readInvite, takeInvite } from './invite.js';
import { startKeys } from './keys.js';
import { say, startLanguage, switchLanguage } from './language.js';
import { later } from './later.js';
import { Lobby } from './lobby.js';
import { onMove } from './network.js';
import { noticeOf } from './notices.js';
import { OwnDevices } from './own.js';
import { answerTo } from './refusal.js';
import { nameIn, pathOf } from './room.js';
import { linkTo, Stage } from './stage.js';
import { stateOf } from './state.js';
import { keepSeat, myUid, seatToTakeBack } from './tab.js';
import { showToggles, startToggles } from './toggles.js';
import { viewOf } from './view.js';
import { stayAwake } from './wake.js';

const GONE_AFTER = 3000; // ms; a server that restarts is back by then

/**
 * @typedef {import('./media.js').Wish} Wish
 * @typedef {import('./notices.js').Action} Action
 */

/** @type {Call | null} */
let call = null;
let joining = false; // what opens is for the call, not to be looked at before it
/** @type {Wish} what is opened for the call, and for it again */
let wished = 'all';

/** @type {string | null} the PIN of the room we are in */
let pin = null;

takeInvite(nameIn(location.pathname)); // before anybody else reads the address

const query = new URLSearchParams(location.search);
const choice = { policy: query.get('policy'), transport: query.get('transport') };
const state = element('state', HTMLElement);
/** @type {Board} */
const board = new Board({
  act,
  home: () => call ? stage.focus() : lobby.focus(),
  rest: () => call && stage.silenced ? 'sound' : null,
});
const missed = () => board.show('part-missed');
const qr = later(() => import('./qr.js'), missed);
const keyHelp = later(() => import('./keyhelp.js'), missed);
const own = new OwnDevices(board, {
  changed: showOwn,
  asking: (asking) => show(asking ? 'asking' : null),
  speaker: (id) => stage.speakFrom(id),
});
const { media } = own;
const lobby = new Lobby({ join, preview: () => own.open(wished = 'all'), link: (room) => openQR(linkTo(room, inviteTo(room))) });
const stage = new Stage({
  silenced: () => board.show('sound'),
  uncopied: (link) => board.show('uncopied', { link }),
  lock: (chosen) => {
    pin = chosen;
    lobby.recallPin(pin); // for the way back
    call?.retry({ pin });
    showOwn();
  },
});
const bar = new Bar({
  leave,
  chat: async () => { if (!await beside.toggleChat()) missed(); },
  share: () => own.share(),
  devices: () => own.pick(),
  qr: () => openQR(stage.link),
  keys: async () => (await keyHelp())?.openKeyHelp(),
  main: () => stage.main,
});
const beside = new Beside({
  stage: element('stage', HTMLElement),
  tileOf: (peer) => stage.tileOf(peer),
  changed: showCall,
  judged: (verdict, ran) => board.tell(ran ? 'broken-off' : 'failed', noticeOf(verdict, ran)),
});

// ---- Joining and leaving

/**
 * @param {string} room
 * @param {Wish} wish
 */
async function join(room, wish) {
  if (call || joining) return;
  wished = wish;
  const early = newCall();
  if (!await openFor(wish)) return early.close();
  call = early.over ? newCall() : early;
  history.replaceState(null, '', pathOf(room) + location.search);
  const invite = inviteTo(room);
  const { uid } = readInvite(invite);
  pin = lobby.pin;
  call.enter({ room, uid: uid ?? myUid(), invite, pin });
  beside.start(call);
  document.body.dataset.view = 'call';
  lobby.show(false);
  stage.open(room, uid ? null : invite); // one for a single person is not for others
  stayAwake(true);
  showOwn();
  showCall();
  stage.focus();
}

/** A call that looks for the server, while camera and microphone open. */
function newCall() {
  return new Call({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
    own: media.outgoing,
    choice,
    changed: showCall,
    heard: ({ uid }, message) => beside.heard(uid, message),
    file: ({ uid }, channel) => beside.file(uid, channel),
    ended,
  });
}

/** @param {Wish} wish */
async function openFor(wish) {
  joining = true;
  const open = await own.open(wish).finally(() => { joining = false; });
  if (!open) showOwn();
  return open;
}

/** @param {string} reason the server's, why we are out */
function ended(reason) {
  if (!call) return;
  const { room, asks } = call;
  const invite = inviteTo(room);
  const answer = answerTo(reason, { ...asks, invite, ended: readInvite(invite).ended });
  const tried = pin;
  leaveCall(null);
  if (answer === 'pin') return lobby.askPin(tried !== null);
  board.show(answer, { room, reason });
  board.focus();
}

function leave() {
  call?.leave();
  leaveCall('you-left');
  lobby.focus();
}

/** @param {'you-left' | null} word */
function leaveCall(word) {
  beside.end();
  call?.close();
  call = null;
  keepSeat(null);
  board.clear();
  closeDialog();
  announceChanges([]);
  stage.close();
  bar.close();
  stayAwake(false);
  media.close();
  document.body.dataset.view = 'lobby';
  lobby.show(true);
  show(word);
}

/** @param {Action} action of a notice */
function act(action) {
  switch (action) {
    case 'try-now': return call?.hurry();
    case 'copy-report': return void copyReport();
    case 'test': return void open('/test');
    case 'reload': return location.reload();
    case 'start-sound': stage.play(); break;
    case 'join-without': return lobby.submit('any');
    case 'use-here': return lobby.submit(wished);
    case 'try-again':
      if (!call) return lobby.submit(wished);
      call.retry();
  }
  board.clear();
}

async function copyReport() {
  const report = beside.report();
  board.answer('copy-report', report && await copy(report) ? 'report-copied' : 'report-uncopied');
}

// ---- Our own media

/** @param {string} link */
async function openQR(link) {
  (await qr())?.openQR(link);
}

function showOwn() {
  if (!call && !joining) lobby.mirror(media);
  stage.mirror(media);
  bar.showShare(media.screen !== null);
  showToggles(media, call !== null, (device) => own.devices.has(device));
  own.showPickers(call === null && !joining);
  if (call) keepSeat({ room: call.room, wish: wished, muted: media.muted, cameraOff: media.cameraOff, pin });
}

// ---- What is going on, in words

/** @param {import('./state.js').CallState | 'asking' | 'you-left' | null} word */
function show(word) {
  say(state, word);
  document.body.dataset.state = word ?? '';
}

function showCall() {
  if (!call) return;
  const now = stateOf(call);
  show(now);
  const others = call.peers.size > 1;
  stage.show(new Map([...call.peers.values()].map((peer) => [peer.uid, viewOf(peer, others)])), now);
  stage.showLock(call.lockable, pin);
  announceChanges(call.peers.values());
  beside.look(now);
  if (now === 'failed') showFailed();
  else board.clear('failed');
  if (now !== 'interrupted') board.clear('broken-off');
  if (now !== 'server-gone') board.clear('gone');
  else setTimeout(() => { if (call && stateOf(call) === 'server-gone') board.show('gone'); }, GONE_AFTER);
}

/** Shows that the call failed, with the reason if there is what finds it. */
async function showFailed() {
  await beside.come();
  if (call && stateOf(call) === 'failed') board.show('failed');
}

// ---- From here on the page lives

startLanguage();
startToggles((device, off) => own.turn(device, off));
startKeys(() => call !== null);
own.start();
button('language').onclick = switchLanguage;
onMove(() => call?.moved());
// Say goodbye at once: the other side need not wait for a silence. If the browser
// keeps the page and shows it again, the call is over, and reloading brings it back.
addEventListener('pagehide', () => { beside.tell(); call?.close(); });
addEventListener('hashchange', () => {
  if (takeInvite(nameIn(location.pathname))) board.clear('uninvited', 'invite-ended');
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
showOwn();
element('unloaded', HTMLElement).remove();

const seat = seatToTakeBack();
if (seat && seat.room === lobby.room) {
  media.muted = seat.muted;
  media.cameraOff = seat.cameraOff;
  lobby.recallPin(seat.pin);
  lobby.submit(seat.wish);
} else if (!navigator.mediaDevices) {
  own.open('all'); // tells why there is none
} else if (await isAllowedAlready()) {
  media.open('all').catch(() => {}); // whatever is wrong will be told when it is needed
}
