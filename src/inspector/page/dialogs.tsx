import { useId, useState } from "preact/hooks";
import type { Saved } from "../types.ts";
import { api, errorText } from "./api.ts";
import { Copyable, Dialog } from "./bits.tsx";
import { keyHelp } from "./keys.ts";
import { ResendDialog } from "./resend.tsx";
import { dialog, responses, say } from "./store.ts";

/** The open dialog, if any. */
export const Dialogs = () => {
  const open = dialog.value;
  const close = (): void => {
    dialog.value = null;
  };
  switch (open?.kind) {
    case "resend":
      return <ResendDialog ids={open.ids} onClose={close} />;
    case "responses":
      return <ResponsesDialog onClose={close} />;
    case "saved":
      return <SavedDialog title={open.title} saved={open.saved} onClose={close} />;
    case "keys":
      return <KeysDialog onClose={close} />;
    case undefined:
      return null;
  }
};

const KeysDialog = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title="Keys and filters" onClose={onClose}>
    <dl class="keys">
      {keyHelp.map(([keys, what]) => (
        <Entry key={what} terms={keys} what={what} />
      ))}
    </dl>
    <h3 class="over">Filters</h3>
    <dl class="keys">
      {filterHelp.map(([term, what]) => (
        <Entry key={term} terms={[term]} what={what} />
      ))}
    </dl>
  </Dialog>
);

const Entry = ({ terms, what }: { readonly terms: readonly string[]; readonly what: string }) => (
  <>
    <dt>
      {terms.map((term) => (
        <kbd key={term}>{term}</kbd>
      ))}
    </dt>
    <dd>{what}</dd>
  </>
);

const filterHelp = [
  ["invoice acme", "both words, anywhere in the list"],
  ["is:invalid", "also valid, unsigned, unknown, pending, failed, resent"],
  ["status:5xx", "also 401, >=400, 200-299, none"],
  ["type:invoice.*", "also provider:, event:, path:, method:, cause:, id:"],
  ["attempt:>1", "also ms:>500 and bytes:>10000"],
  ["-type:ping", "everything but this"],
] as const;

const scripts = [
  ["200", "200 to every request"],
  ["500,503,200", "an event's first attempt fails, its second too, then 200"],
  ["200:60%,500:40%", "at random, with these weights"],
  ["delay=12s", "200 after 12 seconds"],
  ["429;retry-after=30", "a status with a header"],
  ["reset", "reset the connection"],
] as const;

/** Sets the responses to the next requests. */
const ResponsesDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const now = responses.value;
  const id = useId();
  const [script, setScript] = useState(now?.script ?? "200");
  const [failure, setFailure] = useState<string | null>(null);
  const apply = async (change: () => ReturnType<typeof api.respond>): Promise<void> => {
    try {
      const next = await change();
      responses.value = next;
      say(`Responding ${next.script}`);
      onClose();
    } catch (error) {
      setFailure(errorText(error));
    }
  };
  return (
    <Dialog title="Responses" onClose={onClose}>
      <form
        class="bare"
        onSubmit={(event) => {
          event.preventDefault();
          void apply(() => api.respond(script));
        }}
      >
        <div class="field">
          <label for={id}>Response script</label>
          <input
            id={id}
            type="text"
            class="mono"
            value={script}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => setScript(event.currentTarget.value)}
          />
          {failure === null ? null : <span class="bad tone">{failure}</span>}
        </div>
        <ul class="scripts">
          {scripts.map(([example, what]) => (
            <li key={example} class="bar">
              <button type="button" class="mono" onClick={() => setScript(example)}>
                {example}
              </button>
              <span class="soft">{what}</span>
            </li>
          ))}
        </ul>
        <div class="bar">
          {now === null || now.script === now.original ? null : (
            <button type="button" onClick={() => void apply(api.resetResponses)}>
              Back to {now.original}
            </button>
          )}
          <span class="spring" />
          <button type="submit" class="main">
            Apply
          </button>
        </div>
      </form>
    </Dialog>
  );
};

const SavedDialog = ({ title, saved, onClose }: { title: string; saved: Saved; onClose: () => void }) => (
  <Dialog title={title} onClose={onClose}>
    <p>{saved.text}</p>
    {saved.files.map((file) => (
      <Copyable key={file} text={file} label="the path" />
    ))}
  </Dialog>
);
