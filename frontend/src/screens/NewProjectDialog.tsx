import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../api/client";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { ErrorNotice } from "../components/ErrorNotice";
import { TextArea, TextField } from "../components/Field";
import { createProject } from "../effects/projects";
import { useAction } from "../effects/useAction";
import { t } from "../i18n/pages";
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
    <Dialog title={t("new-project.new-project")} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <TextField
          label={t("new-project.name")}
          required
          maxLength={200}
          autoFocus
          value={name}
          onChange={setName}
          error={action.fields.name}
        />
        <TextField
          label={t("new-project.short-name")}
          hint={t("new-project.part-projects-address-api")}
          required
          maxLength={60}
          pattern="[\-a-zA-Z0-9_]+"
          title={t("new-project.letters-digits")}
          spellcheck={false}
          value={slug}
          onChange={setOwnSlug}
          error={taken ? t("new-project.another-project-short-name") : action.fields.slug}
        />
        <TextArea
          label={t("new-project.description")}
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
          <Button onClick={onClose}>{t("new-project.cancel")}</Button>
          <Button type="submit" variant="primary" busy={action.busy}>
            {t("new-project.create-project")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
