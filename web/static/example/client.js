// The smallest client that makes a call of two over zerortc's classic protocol
// (signaling/PROTOCOL.md). No library and no build: copy it and make it yours.
//
// What happens:
//   1. Join: camera and microphone, then the WebSocket, then {"cmd":"join"}.
//   2. Who is in the room already hears "new-peer" and makes the offer; who
//      came hears "resp-join" and waits for it.
//   3. Offer, answer and candidates are handed by the server to the other side.
//   4. "peer-leave" ends the connection; the next "new-peer" starts a new one.
//
// The page's address may say:
//   ?room=NAME            join this room at once
//   &policy=relay         let media go through the TURN server only
//   &transport=udp (tcp)  keep the TURN URLs of this transport, drop all others
'use strict';

// Where the server is. If your page comes from elsewhere, write the server's
// "host:port" here and start it with --http-origins https://where.your.page.is
const SERVER = location.host;

const TLS = location.protocol === 'https:' ? 's' : ''; // http and ws, or https and wss
const query = new URLSearchParams(location.search);
const element = (id) => document.getElementById(id);
const say = (words) => { element('state').textContent = words; };

// One name per page. The server knows a member by room and uid.
const uid = 'u' + crypto.getRandomValues(new Uint32Array(2)).join('');

// The room we are in, from Join to Leave, or null:
//   roomId, stream (our camera and microphone), socket,
//   work (a promise: the frames being handled, one after the other),
//   call (the connection to the other member, or null): peer (the other's uid),
//     pc (RTCPeerConnection), early (candidates that came before the description).
// Whoever waits for something looks afterwards whether it is still his session.
let session = null;

// ---- Joining and leaving

async function join(roomId) {
  const mine = session = { roomId, work: Promise.resolve(), call: null };
  showSession();
  try {
    say('Waiting for your camera and microphone …');
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    if (session !== mine) { // left meanwhile
      stream.getTracks().forEach((track) => track.stop());
      return;
    }
    mine.stream = element('local').srcObject = stream;
    connect(mine);
  } catch (error) {
    leave(mine, `No camera or microphone: ${error.message}`);
  }
}

function leave(mine, words) {
  if (session !== mine) return;
  session = null;
  hangUp(mine);
  if (mine.socket?.readyState === WebSocket.OPEN) send(mine, { cmd: 'leave' });
  mine.socket?.close();
  mine.stream?.getTracks().forEach((track) => track.stop());
  element('local').srcObject = null;
  showSession();
  say(words);
}

// ---- Signaling

function connect(mine) {
  say('Connecting to the server …');
  const socket = mine.socket = new WebSocket(`ws${TLS}://${SERVER}/ws`);
  socket.onopen = () => {
    send(mine, { cmd: 'join' });
    say(`You are in room “${mine.roomId}”. Waiting for the other side …`); // who is alone gets no answer
  };
  // Handling a frame takes time, and the next one must wait until it is done.
  socket.onmessage = (event) => {
    mine.work = mine.work.then(() => handle(mine, JSON.parse(event.data))).catch((error) => {
      if (session !== mine) return;
      console.error(error);
      say(`Something went wrong: ${error.message}`);
    });
  };
  // Whatever was under way is lost with the socket, so start anew; unless the
  // server closed it for a reason (1008), for instance "taken-over".
  socket.onclose = (event) => {
    if (session !== mine) return;
    if (event.code === 1008) return leave(mine, `The server closed the connection: ${event.reason}`);
    hangUp(mine);
    say('No connection to the server. Trying again …');
    const next = session = { ...mine, work: Promise.resolve() };
    setTimeout(() => { if (session === next) connect(next); }, 1000 + 2000 * Math.random());
  };
}

function send(mine, frame) {
  mine.socket.send(JSON.stringify({ ...frame, roomId: mine.roomId, uid }));
}

// What is meant for the other member travels in msg, as JSON in a string.
function sendToPeer(mine, peer, cmd, msg) {
  send(mine, { cmd, remoteUid: peer, msg: JSON.stringify(msg) });
}

async function handle(mine, frame) {
  if (session !== mine) return;
  switch (frame.cmd) {
    case 'new-peer': // somebody came: we offer
      await startCall(mine, frame.remoteUid);
      return describe(mine, 'offer');
    case 'resp-join': // somebody was here before us: the offer will come
      return callWith(mine, frame.remoteUid);
    case 'offer':
      await callWith(mine, frame.uid);
      await takeDescription(mine, frame);
      return describe(mine, 'answer');
    case 'answer':
      return takeDescription(mine, frame);
    case 'candidate':
      return takeCandidate(mine, frame);
    case 'peer-leave':
      if (mine.call && mine.call.peer !== frame.remoteUid) return;
      hangUp(mine);
      return say('The other side left. You are still in the room.');
    case 'room-full':
      return leave(mine, `Room “${mine.roomId}” is full: two are in it already.`);
  } // a cmd we do not know is not for us
}

// ---- The connection to the other member

// The list of STUN and TURN servers. The credentials in it last for a while only:
// fetch it for each call.
async function iceConfig() {
  const answer = await fetch(`http${TLS}://${SERVER}/api/ice`, { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`/api/ice answered ${answer.status}`);
  const { iceServers, iceTransportPolicy } = await answer.json();
  const wanted = query.has('transport') ? `?transport=${query.get('transport')}` : '';
  for (const server of iceServers) server.urls = server.urls.filter((url) => url.endsWith(wanted));
  return {
    iceServers: iceServers.filter((server) => server.urls.length > 0),
    iceTransportPolicy: query.get('policy') ?? iceTransportPolicy,
  };
}

async function callWith(mine, peer) {
  if (mine.call?.peer !== peer) await startCall(mine, peer);
}

async function startCall(mine, peer) {
  hangUp(mine);
  say('Somebody is here. Connecting …');
  const config = await iceConfig();
  if (session !== mine) return;
  const pc = new RTCPeerConnection(config);
  mine.call = { peer, pc, early: [] };

  mine.stream.getTracks().forEach((track) => pc.addTrack(track, mine.stream));
  const remote = element('remote').srcObject = new MediaStream();
  pc.ontrack = (event) => remote.addTrack(event.track);
  pc.onicecandidate = ({ candidate }) => {
    if (!candidate?.candidate) return; // the end of the list: classic clients do not send it
    sendToPeer(mine, peer, 'candidate',
      { label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate });
  };
  pc.onconnectionstatechange = () => say({
    connecting: 'Somebody is here. Connecting …',
    connected: 'You are in a call.',
    disconnected: 'The connection is interrupted. Waiting for it to come back …',
    failed: 'The connection failed. Leave and join again to retry.',
  }[pc.connectionState] ?? '');
}

// Makes our offer or answer, tells it to the other side and has candidates gathered.
async function describe(mine, cmd) {
  const { pc, peer } = mine.call ?? {};
  if (!pc) return;
  await pc.setLocalDescription(); // an answer if there is an offer to answer, else an offer
  const { type, sdp } = pc.localDescription;
  sendToPeer(mine, peer, cmd, { type, sdp });
}

async function takeDescription(mine, frame) {
  const call = mine.call;
  if (call?.peer !== frame.uid) return;
  await call.pc.setRemoteDescription(contentOf(frame));
  for (const init of call.early.splice(0)) await addCandidate(call, init);
}

async function takeCandidate(mine, frame) {
  const call = mine.call;
  if (call?.peer !== frame.uid) return;
  const { label, id, candidate } = contentOf(frame);
  const init = { sdpMLineIndex: label, sdpMid: id, candidate };
  if (call.pc.remoteDescription) await addCandidate(call, init);
  else call.early.push(init);
}

// A candidate that cannot be used is no reason to give up: there are others.
async function addCandidate(call, init) {
  await call.pc.addIceCandidate(init).catch((error) => console.warn(init.candidate, error.message));
}

// Some clients put the object itself there.
const contentOf = ({ msg }) => (typeof msg === 'string' ? JSON.parse(msg) : msg);

function hangUp(mine) {
  mine.call?.pc.close();
  mine.call = null;
  element('remote').srcObject = null;
}

// ---- The page

// The room stands in the address, so that a reload comes back to it and the
// address can be sent to the other side.
function showSession() {
  if (session) query.set('room', session.roomId);
  else query.delete('room');
  history.replaceState(null, '', `?${query}`);
  element('room').disabled = element('join').hidden = session !== null;
  element('leave').hidden = element('call').hidden = session === null;
}

element('entry').onsubmit = (event) => {
  event.preventDefault();
  join(element('room').value);
};
element('leave').onclick = () => leave(session, 'You left the room.');

if (navigator.mediaDevices) {
  element('room').value = query.get('room') ?? '';
  if (query.get('room')) join(query.get('room'));
} else {
  element('join').disabled = true;
  const local = new URL(location.pathname, location);
  local.hostname = 'localhost';
  say('Browsers give camera and microphone only to pages from https:// and from localhost. '
    + `On the machine of the server, open ${local}. To try this page from another machine `
    + `with Chrome, enter ${location.origin} at chrome://flags/#unsafely-treat-insecure-origin-as-secure`);
}
