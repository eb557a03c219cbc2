/**
 * What runs in every page before the page itself: it remembers what the page makes, so that tests
 * can look at it. It changes nothing about what the page does, but for an answer that a browser owes.
 */

import type { BrowserContext } from '@playwright/test';

export interface Recorder {
  /** Every peer connection the page ever made, closed ones too. */
  connections: RTCPeerConnection[];
  /** Every data channel the page ever made. */
  channels: RTCDataChannel[];
  /** Every text that went over a socket, in either direction. */
  frames: string[];
  /** Every stream the page captured, by the method it was captured with. */
  captured: { how: 'user' | 'display'; stream: MediaStream }[];
}

declare global {
  // The page's window; only code that runs in the page sees it.
  interface Window {
    recorder: Recorder;
  }
}

export async function installRecorder(context: BrowserContext): Promise<void> {
  await context.addInitScript(record);
}

function record(): void {
  const recorder: Recorder = { connections: [], channels: [], frames: [], captured: [] };
  window.recorder = recorder;

  window.RTCPeerConnection = class extends RTCPeerConnection {
    private end = (): void => undefined;
    private readonly ended = new Promise<void>((resolve) => {
      this.end = resolve;
    });

    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      recorder.connections.push(this);
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      recorder.channels.push(channel);
      return channel;
    }

    override close(): void {
      super.close();
      this.end();
    }

    /** Firefox never answers a question that is asked just before the end. */
    override getStats(selector?: MediaStreamTrack | null): Promise<RTCStatsReport> {
      const nothing = (): RTCStatsReport => new Map();
      return Promise.race([super.getStats(selector), this.ended.then(nothing)]);
    }
  };

  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => recorder.frames.push(String(data)));
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      recorder.frames.push(String(data));
      super.send(data as string);
    }
  };

  // An insecure page has no such thing.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices) {
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      recorder.captured.push({ how: 'user', stream });
      return stream;
    };
    const getDisplayMedia = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = async (options) => {
      const stream = await getDisplayMedia(options);
      recorder.captured.push({ how: 'display', stream });
      return stream;
    };
  }

  // Firefox hands events that tests make up to the listeners of a track only when a fourth argument
  // asks for it; other browsers hand them over anyway.
  const listen = EventTarget.prototype.addEventListener as (...everything: unknown[]) => void;
  MediaStreamTrack.prototype.addEventListener = function (this: MediaStreamTrack, ...given: unknown[]) {
    const [type, listener, options] = given;
    listen.call(this, type, listener, options, true);
  };

  // Not every browser writes these to the console where the tests see them.
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    console.error(`the content security policy forbids ${violatedDirective} ${blockedURI}`);
  });
}
