import { Select } from "../../components/Field";
import { setLanguage } from "../../effects/language";
import { LANGUAGES, spokenLanguage } from "../../i18n/language";
import { t } from "../../i18n/pages";

/** Only where there is something to choose. */
export function LanguageChoice() {
  if (LANGUAGES.length < 2) return null;
  return (
    <section aria-labelledby="language-title" class="stack">
      <h2 id="language-title">{t("account.language")}</h2>
      <Select
        label={t("account.language-of-the-pages")}
        value={spokenLanguage()}
        choices={LANGUAGES.map(({ tag, name }) => ({ value: tag, title: name }))}
        onChange={(tag) => void setLanguage(tag)}
      />
    </section>
  );
}
