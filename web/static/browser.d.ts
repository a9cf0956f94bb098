// What browsers have and this compiler's library does not know yet. Each is asked for
// before it is used.

interface WakeLockSentinel extends EventTarget {
  onrelease: (() => void) | null;
  release(): Promise<void>;
}

interface Navigator {
  readonly wakeLock?: { request(type: 'screen'): Promise<WakeLockSentinel> };
}

interface HTMLMediaElement {
  setSinkId?(id: string): Promise<void>;
}

interface Element {
  checkVisibility?(): boolean;
}
