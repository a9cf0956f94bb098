// A data channel between two ends of any of the libraries beside this file.
//
//   node datachannel.mjs '{"from": END, "to": END, "sizes": [BYTES, …]}'
//
// END is {"library": "wrtc", "iceServers": […]}. It ends with exit code 0 once all
// messages have gone there and come back.

import { Peer } from './peer.mjs';

const { from, to, sizes } = JSON.parse(process.argv[2]);

async function peer({ library, iceServers }) {
  const { RTCPeerConnection } = await import(`./${library}.mjs`);
  return new Peer(iceServers, RTCPeerConnection);
}

const [one, other] = [await peer(from), await peer(to)];
await one.accept(await other.answer(await one.offer()));
console.log(`${from.library} to ${to.library}: ${await one.exchange(sizes)} messages there and back`);
one.close();
other.close();
// Libraries keep threads that keep the process; what they have to say to the server
// they say now.
setTimeout(() => process.exit(0), 200);
