/**
 * Live pages: says "something about this topic changed" to the parts of the page that care.
 *
 *   <div hidden data-controller="live" data-live-topics="ticket:T-7K2M9Q person:12"></div>
 *   <ol id="thread" hx-get="…" hx-trigger="hint-ticket from:body" …>
 *
 * A hint arrives as the events `hint` and `hint-<prefix>` on the element, with `detail.topic`, and bubbles.
 * Six open streams would use up a browser's connections, so one tab (the holder of a lock) listens for all
 * of them and passes hints on. Where that cannot work, the page looks by itself every POLL seconds.
 */

const CHANNEL = "helpdesk-live";
const POLL = 20_000;
const QUIET = 250; // hints of the same topic within this time are one
const RETRY = [1_000, 3_000, 10_000, 30_000];

export default function live(element) {
  const topics = words(element.dataset.liveTopics);
  if (topics.length === 0) return () => {};
  const page = new Page(element, topics);
  if ("locks" in navigator && "BroadcastChannel" in window && "EventSource" in window) {
    const tab = new Tab(page, element.dataset);
    return () => tab.leave();
  }
  page.poll();
  return () => page.rest();
}

/** What this page wants to hear, and how it is told. */
class Page {
  constructor(element, topics) {
    this.element = element;
    this.topics = topics;
    this.waiting = new Map();
    this.timer = 0;
  }

  hear(hint) {
    if (!this.topics.includes(hint.topic) || this.waiting.has(hint.topic)) return;
    this.waiting.set(
      hint.topic,
      setTimeout(() => {
        this.waiting.delete(hint.topic);
        const detail = { ...hint };
        const [prefix] = hint.topic.split(":");
        for (const name of ["hint", `hint-${prefix}`]) {
          this.element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
        }
      }, QUIET),
    );
  }

  poll() {
    if (this.timer) return;
    this.timer = setInterval(() => {
      if (document.visibilityState === "visible") {
        for (const topic of this.topics) this.hear({ topic, poll: true });
      }
    }, POLL);
    this.element.dataset.liveState = "polling";
  }

  rest() {
    clearInterval(this.timer);
    this.timer = 0;
    this.element.dataset.liveState = "streaming";
  }
}

/** One tab: tells the others what it wants, and listens for all when it is its turn. */
class Tab {
  constructor(page, { liveStream = "/stream/", liveToken = "/live/token/" }) {
    this.page = page;
    this.paths = { stream: liveStream, token: liveToken };
    this.id = crypto.randomUUID();
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.addEventListener("message", ({ data }) => this.onMessage(data));
    this.leader = null;
    this.gone = new AbortController();
    page.poll(); // until somebody says that the stream is open
    this.ask();
    this.lead();
    addEventListener("pagehide", () => this.leave(), { signal: this.gone.signal });
    addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal: this.gone.signal });
  }

  ask() {
    this.say({ kind: "want", from: this.id, topics: this.page.topics });
  }

  say(message) {
    this.channel.postMessage(message);
  }

  lead() {
    navigator.locks
      .request(CHANNEL, { signal: this.gone.signal }, async () => {
        this.leader = new Leader(this.page.topics, this.paths, (message) => {
          this.say(message);
          this.onMessage(message);
        });
        this.say({ kind: "who" });
        await this.leader.lead(this.gone.signal);
      })
      .catch(() => {}); // the page went away while it waited for its turn
  }

  onMessage(message) {
    if (!this.page.element.isConnected) this.leave(); // its part of the page was replaced
    else if (message.kind === "hint") this.page.hear(message.hint);
    else if (message.kind === "open") this.page.rest();
    else if (message.kind === "lost") this.page.poll();
    else if (message.kind === "who") this.ask();
    else if (this.leader) this.leader.onMessage(message);
  }

  leave() {
    if (this.gone.signal.aborted) return;
    this.say({ kind: "bye", from: this.id });
    this.gone.abort();
    this.page.rest();
    this.channel.close();
  }
}

/** The tab that holds the lock: one stream with the topics of every tab. */
class Leader {
  constructor(topics, paths, tell) {
    this.paths = paths;
    this.tell = tell;
    this.wants = new Map([["me", topics]]);
    this.failures = 0;
    this.source = null;
    this.timer = 0;
  }

  lead(signal) {
    this.reopen(0);
    return new Promise((done) => {
      signal.addEventListener("abort", () => {
        clearTimeout(this.timer);
        this.source?.close();
        done();
      });
    });
  }

  onMessage(message) {
    if (message.kind === "want") {
      const before = this.union().join();
      this.wants.set(message.from, message.topics);
      if (this.union().join() !== before) this.reopen(300);
      else if (this.source?.readyState === EventSource.OPEN) this.tell({ kind: "open" });
    } else if (message.kind === "bye") {
      this.wants.delete(message.from);
    }
  }

  union() {
    return [...new Set([...this.wants.values()].flat())].sort();
  }

  reopen(after) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), after);
  }

  fail() {
    this.source?.close();
    this.tell({ kind: "lost" });
    this.reopen(RETRY[Math.min(this.failures, RETRY.length - 1)]);
    this.failures += 1;
  }

  async open() {
    let token;
    try {
      const query = new URLSearchParams(this.union().map((topic) => ["topic", topic]));
      const answer = await fetch(`${this.paths.token}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      ({ token } = await answer.json());
    } catch {
      this.fail();
      return;
    }
    const old = this.source;
    const source = new EventSource(`${this.paths.stream}?${new URLSearchParams({ token })}`);
    this.source = source;
    source.addEventListener("open", () => {
      old?.close();
      this.failures = 0;
      this.tell({ kind: "open" });
    });
    source.addEventListener("hint", ({ data }) => this.tell({ kind: "hint", hint: JSON.parse(data) }));
    // The server goes on for a moment after asking, so the next stream opens before this one ends.
    source.addEventListener("renew", () => this.source === source && this.reopen(0));
    source.addEventListener("error", () => {
      source.close();
      old?.close();
      if (this.source === source) this.fail();
    });
  }
}

function words(text = "") {
  return text.split(/\s+/).filter(Boolean);
}
