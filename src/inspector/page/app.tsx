import { useEffect } from "preact/hooks";
import { Copyable, Icon, useRemembered } from "./bits.tsx";
import { ChartsView } from "./charts.tsx";
import { DetailView } from "./detail.tsx";
import { Dialogs } from "./dialogs.tsx";
import { List } from "./list.tsx";
import { QueueView } from "./queue.tsx";
import { connection, dialog, loaded, listing, problem, reading, responses, state, tab, toast } from "./store.ts";
import type { Connection, Tab } from "./store.ts";

/** The whole page. */
export const App = () => (
  <div class="app">
    <Top />
    <Banner />
    <Main />
    <Dialogs />
    <Toast />
  </div>
);

const words: Readonly<Record<Connection, readonly [tone: string, word: string]>> = {
  connecting: ["plain", "connecting"],
  live: ["good", "live"],
  lost: ["bad", "not connected"],
  stopped: ["plain", "stopped"],
  refused: ["bad", "no access"],
};

const Top = () => {
  const [tone, word] = words[connection.value];
  const now = state.value;
  const isFiles = now !== null && now.mode !== "listen";
  const target = now?.targets[0];
  return (
    <header class="top">
      <h1 class="name">hookproof</h1>
      <span class={`pill ${isFiles && word === "live" ? "plain" : tone} dot`} role="status">
        {isFiles && word === "live" ? now.mode : word}
      </span>
      <span class="address mono small">
        {now?.listening === null || now === null ? (
          <bdi class="cut">{now?.sources.map(({ name }) => name).join(", ")}</bdi>
        ) : (
          <bdi class="cut">
            {bare(now.listening.url)}
            {target === undefined ? "" : ` → ${bare(target.url)}`}
          </bdi>
        )}
      </span>
      <span class="spring" />
      {connection.value === "refused" ? null : (
        <>
          <nav class="tabs" aria-label="Views">
            <TabButton name="requests" label="Requests" />
            <TabButton name="charts" label="Charts" />
            {now?.can.replay === true || now?.can.deadLetter === true ? <TabButton name="queue" label="Queue" /> : null}
          </nav>
          {responses.value?.applies !== true || now?.can.respond !== true ? null : (
            <button
              type="button"
              class="responses"
              disabled={connection.value !== "live"}
              onClick={() => {
                dialog.value = { kind: "responses" };
              }}
            >
              <span>
                <span class="wide-only">Responds </span>
                <b class="mono">
                  {responses.value.script.length > 16
                    ? `${responses.value.script.slice(0, 16)}…`
                    : responses.value.script}
                </b>
              </span>
              <Icon name="down" />
            </button>
          )}
        </>
      )}
      <ThemeSwitch />
      <button
        type="button"
        class="quiet icon help"
        aria-label="Keys and filters"
        onClick={() => {
          dialog.value = { kind: "keys" };
        }}
      >
        ?
      </button>
    </header>
  );
};

const bare = (url: string): string => url.replace(/^https?:\/\//, "").replace(/\/$/, "");

const TabButton = ({ name, label }: { readonly name: Tab; readonly label: string }) => (
  <button
    type="button"
    aria-current={tab.value === name ? "page" : undefined}
    onClick={() => {
      tab.value = name;
      reading.value = false;
    }}
  >
    {label}
  </button>
);

const ThemeSwitch = () => {
  const [theme, setTheme] = useRemembered("theme");
  const isDark = theme === null ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  useEffect(() => {
    document.documentElement.className = theme === "dark" || theme === "light" ? theme : "";
  }, [theme]);
  return (
    <button
      type="button"
      class="quiet icon"
      aria-label={isDark ? "Light theme" : "Dark theme"}
      onClick={() => setTheme(isDark ? "light" : "dark")}
    >
      <Icon name={isDark ? "sun" : "moon"} />
    </button>
  );
};

const Banner = () => {
  if (connection.value === "stopped")
    return (
      <div class="banner plain" role="status">
        hookproof has stopped. Everything here stays readable; the page reconnects when it runs again.
      </div>
    );
  if (connection.value === "lost")
    return (
      <div class="banner bad" role="alert">
        hookproof is not responding. Retrying…
      </div>
    );
  if (connection.value === "refused" && loaded.value)
    return (
      <div class="banner warn" role="alert">
        hookproof was restarted. Open the address it printed, and this page reconnects too.
      </div>
    );
  if (problem.value !== null)
    return (
      <div class="banner warn" role="alert">
        <bdi class="spring">{problem.value}</bdi>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            problem.value = null;
          }}
        >
          Dismiss
        </button>
      </div>
    );
  return null;
};

const Main = () => {
  const { rows } = listing.value;
  if (connection.value === "refused" && !loaded.value) return <Refused />;
  if (tab.value === "charts")
    return (
      <main class="one">
        <ChartsView />
      </main>
    );
  if (tab.value === "queue")
    return (
      <main class="one">
        <QueueView />
      </main>
    );
  if (loaded.value && rows.all.length === 0 && !rows.paused) return <Empty />;
  return (
    <main class={reading.value ? "reading" : ""}>
      <List />
      <DetailView />
    </main>
  );
};

const Refused = () => (
  <main class="one">
    <div class="empty">
      <h2>Open the address that hookproof printed</h2>
      <p>
        It ends in an access token that is new for every run. Copy the whole address from the terminal, including
        everything after the #.
      </p>
    </div>
  </main>
);

const Empty = () => {
  const now = state.value;
  return (
    <main class="one scroll">
      <div class="empty">
        <div>
          <h2>{now?.mode === "listen" ? "Waiting for the first webhook" : "No requests here"}</h2>
          {now?.listening === undefined || now.listening === null ? null : (
            <p class="soft">It appears here the moment it arrives.</p>
          )}
        </div>
        {now?.listening === undefined || now.listening === null ? null : (
          <div class="step">
            <h3 class="over">Send webhooks to</h3>
            <Copyable text={now.listening.url} label="the address" />
          </div>
        )}
        {now?.start.map(({ label, command }) => (
          <div class="step" key={label}>
            <h3 class="over">{label}</h3>
            <Copyable text={command} label={label} />
          </div>
        ))}
      </div>
    </main>
  );
};

const Toast = () => {
  const now = toast.value;
  useEffect(() => {
    if (now === null) return undefined;
    const timer = setTimeout(
      () => {
        toast.value = null;
      },
      now.bad ? 8000 : 2500,
    );
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <div aria-live="polite">
      {now === null ? null : <div class="toast">{now.bad ? `✗ ${now.text}` : now.text}</div>}
    </div>
  );
};
