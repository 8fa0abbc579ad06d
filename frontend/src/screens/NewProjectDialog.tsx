import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../api/client";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { ErrorNotice } from "../components/ErrorNotice";
import { TextArea, TextField } from "../components/Field";
import { createProject } from "../effects/projects";
import { useAction } from "../effects/useAction";
import { slugify } from "../model/slug";

export function NewProjectDialog({ onClose }: { onClose: () => void }) {
  const { route } = useLocation();
  const [name, setName] = useState("");
  // The short name follows the name until it is typed in by hand.
  const [ownSlug, setOwnSlug] = useState<string>();
  const [description, setDescription] = useState("");
  const action = useAction();
  const slug = ownSlug ?? slugify(name);
  const taken = action.error instanceof ApiError && action.error.code === "slug-taken";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    action.run(async () => {
      const project = await createProject({ slug, name: name.trim(), description: description.trim() });
      route(`/p/${project.slug}/admin/import`);
    });
  };
  return (
    <Dialog title="New project" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <TextField
          label="Name"
          required
          maxLength={200}
          autoFocus
          value={name}
          onChange={setName}
          error={action.fields.name}
        />
        <TextField
          label="Short name"
          hint="Part of the project's address and of the API. It can't be changed later."
          required
          maxLength={60}
          pattern="[\-a-zA-Z0-9_]+"
          title="Letters, digits, - and _"
          spellcheck={false}
          value={slug}
          onChange={setOwnSlug}
          error={taken ? "Another project has this short name." : action.fields.slug}
        />
        <TextArea
          label="Description"
          optional
          rows={3}
          maxLength={5000}
          value={description}
          onChange={setDescription}
          error={action.fields.description}
        />
        {Boolean(action.error) && !taken && (
          <ErrorNotice error={action.error} beside={["name", "slug", "description"]} />
        )}
        <div class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={action.busy}>
            Create project
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
