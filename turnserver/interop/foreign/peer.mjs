// One end of a data channel whose only way is the relay, for every RTCPeerConnection
// there is. The class stands on its own: browsers.mjs hands its text to pages.

export class Peer {
  constructor(iceServers, Connection = globalThis.RTCPeerConnection) {
    this.pc = new Connection({ iceServers, iceTransportPolicy: 'relay' });
    // The end that did not make the channel sends everything back, and says so first:
    // some libraries drop what comes before they are told who listens.
    this.pc.ondatachannel = ({ channel }) => {
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }) => channel.send(data);
      const greet = () => channel.send('ready');
      if (channel.readyState === 'open') greet();
      else channel.onopen = greet;
    };
  }

  async offer() {
    const channel = this.channel = this.pc.createDataChannel('foreign');
    channel.binaryType = 'arraybuffer';
    this.ready = new Promise((done) => { channel.onmessage = done; });
    return this.describe(await this.pc.createOffer());
  }

  async answer(offer) {
    await this.pc.setRemoteDescription(offer);
    return this.describe(await this.pc.createAnswer());
  }

  async accept(answer) {
    await this.pc.setRemoteDescription(answer);
  }

  // describe waits for all candidates, so that nothing but the description has to
  // be carried to the other end, and none of them is anything but a relay.
  async describe(description) {
    await this.pc.setLocalDescription(description);
    await this.gathered();
    const { type, sdp } = this.pc.localDescription;
    const candidates = sdp.split('\n').filter((line) => line.startsWith('a=candidate:'));
    const direct = candidates.filter((line) => !line.includes(' typ relay'));
    if (!candidates.length || direct.length) throw new Error(`want relay candidates only: ${sdp}`);
    return { type, sdp };
  }

  gathered() {
    return new Promise((done) => {
      const look = () => { if (this.pc.iceGatheringState === 'complete') done(); };
      this.pc.addEventListener('icegatheringstatechange', look);
      look();
    });
  }

  // exchange sends messages of the sizes, all at once, and waits until each has come
  // back as it was.
  async exchange(sizes) {
    await this.ready;
    const messages = sizes.map((size, n) => Uint8Array.from({ length: size }, (_, i) => n + i));
    let next = 0;
    const back = new Promise((done, fail) => {
      this.channel.onmessage = ({ data }) => {
        const [got, want] = [new Uint8Array(data), messages[next]];
        if (got.length !== want.length || got.some((byte, i) => byte !== want[i])) {
          fail(new Error(`message ${next}, ${want.length} bytes, came back with ${got.length}`));
        }
        if (++next === messages.length) done();
      };
    });
    for (const message of messages) this.channel.send(message);
    await back;
    return next;
  }

  close() {
    this.pc.close();
  }
}
