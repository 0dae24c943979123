const TICK_MS = 2000;
/** Told in ticks and not in moments: a browser that sleeps, or slows a hidden page down, makes no connection old by that. */
const OPEN_TICKS = 5; // for a handshake that nobody answers
const ASK_TICKS = 8; // of silence, after which the server is asked for a word
const LOST_TICKS = 11; // of silence: nobody is there
const HELD_TICKS = 5; // after which a WebSocket was worth having, and one that is lost then is wanted back soon

type Heard = {
  /** again: there was a time without one, and what was told then was missed. */
  onOpen: (again: boolean) => void;
  onText: (text: string) => void;
  /** code: as the server closed it, or 1006. */
  onLost: (code: number) => void;
};

/**
 * A WebSocket that is opened anew, after a pause that grows, whenever it is lost: closed, never answered by what stands between,
 * or open and dumb. (A page does not see the server's pings; so it asks for itself.)
 */
export function keepSocket(url: string, { onOpen, onText, onLost }: Heard) {
  let socket: WebSocket | null = null; // null: the next attempt is waited for
  let attempt = 0;
  let retry = 0;
  let quiet = 0;
  let held = 0;
  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const drop = () => {
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  };
  const lose = (code = 1006) => {
    drop();
    const pause = Math.min(30_000, 500 * 2 ** attempt++);
    retry = window.setTimeout(connect, pause / 2 + Math.random() * (pause / 2)); // all pages at once would be a burst
    onLost(code);
  };
  const connect = () => {
    quiet = held = 0;
    socket = new WebSocket(url);
    socket.onopen = () => {
      quiet = 0;
      onOpen(attempt > 0);
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      quiet = 0;
      if (data !== 'pong') onText(data);
    };
    socket.onclose = ({ code }) => lose(code);
  };
  const ticking = window.setInterval(() => {
    if (!socket) return;
    quiet++;
    if (quiet >= (isOpen() ? LOST_TICKS : OPEN_TICKS)) return lose();
    if (!isOpen()) return;
    if (++held >= HELD_TICKS) attempt = 0;
    if (quiet === ASK_TICKS) socket.send('ping');
  }, TICK_MS);
  connect();
  return {
    isOpen,
    /** Looked at again, or the network is back: no pause is waited out, and one that is open says soon whether it lives. */
    wake() {
      if (isOpen()) quiet = Math.max(quiet, ASK_TICKS - 1);
      if (socket) return;
      window.clearTimeout(retry);
      connect();
    },
    end() {
      window.clearInterval(ticking);
      window.clearTimeout(retry);
      drop();
    },
  };
}
