import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { ErrorNotice } from "./components/ErrorNotice";
import { Frame } from "./components/Frame";
import { Spinner } from "./components/Progress";
import { Toasts } from "./components/Toast";
import "./effects/language";
import { loadSession, sessionLost, user } from "./effects/session";
import { loadRooms, type Room } from "./i18n/language";
import { CrashScreen, NotFoundScreen } from "./screens/ErrorScreens";
import { SignInAgain } from "./screens/SignInAgain";

/** What a page could not be loaded or drawn for. */
const crash = signal<unknown>(undefined);

/** A page whose code is fetched when it is first shown, after what its rooms of the catalogue say. */
function page(rooms: readonly Room[], load: () => Promise<{ default: ComponentType }>) {
  return lazy(() =>
    loadRooms(rooms)
      .then(load)
      .catch((error: unknown) => {
        // Offline, or a new version has replaced the files. A rejected import would leave the old page standing.
        crash.value = error;
        return { default: () => null };
      }),
  );
}

const SignInScreen = page([], () => import("./screens/SignInScreen"));
const ProjectsScreen = page(["pages"], () => import("./screens/ProjectsScreen"));
const AccountScreen = page(["pages"], () => import("./screens/account/AccountScreen"));
const ProjectScreen = page(["pages"], () => import("./screens/project/ProjectScreen"));
const AdminScreen = page(["admin"], () => import("./screens/admin/AdminScreen"));
const TraceScreen = page(["admin", "pages", "desk"], () => import("./screens/traces/TraceScreen"));
const ChoiceScreen = page(["admin"], () => import("./screens/traces/ChoiceScreen"));
const NotesScreen = page(["pages"], () => import("./screens/notes/NotesScreen"));
const HistoryScreen = page(["pages", "desk"], () => import("./screens/history/HistoryScreen"));
const JudgementScreen = page(["pages", "desk"], () => import("./screens/history/JudgementScreen"));
const PracticeScreen = page(["pages", "desk"], () => import("./screens/practice/PracticeScreen"));
const AnnotateScreen = page(["desk"], () => import("./screens/annotate/AnnotateScreen"));

/** What the router leaves to the browser: everything that the server answers itself. */
const PAGES = /^(?!\/(api|static|healthz)\b)/;

export function App() {
  return (
    <LocationProvider scope={PAGES}>
      <Session />
      <Toasts />
    </LocationProvider>
  );
}

/** Asks once who is signed in before any page is shown. */
function Session() {
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setError(undefined);
    loadSession().catch(setError);
  }, [turn]);
  if (error) {
    return (
      <main class="page stack">
        <h1>Stepmark</h1>
        <ErrorNotice error={error} onRetry={() => setTurn(turn + 1)} />
      </main>
    );
  }
  if (user.value === undefined) {
    return (
      <main class="page">
        <Spinner />
      </main>
    );
  }
  return <Pages />;
}

function Pages() {
  const { path, url, route } = useLocation();
  const signedOut = user.value === null && path !== "/sign-in";
  useEffect(() => {
    if (signedOut) route(`/sign-in?next=${encodeURIComponent(url)}`, true);
  }, [signedOut, url, route]);
  if (crash.value) return <CrashScreen />;
  if (signedOut) return null;
  const routes = (
    <ErrorBoundary
      onError={(error) => {
        crash.value = error;
      }}
    >
      <Router onRouteChange={focusMain}>
        <Route path="/" component={ProjectsScreen} />
        <Route path="/sign-in" component={SignInScreen} />
        <Route path="/account" component={AccountScreen} />
        <Route path="/p/:slug" component={ProjectScreen} />
        <Route path="/p/:slug/annotate" component={AnnotateScreen} />
        <Route path="/p/:slug/practice" component={PracticeScreen} />
        <Route path="/p/:slug/traces/:id" component={TraceScreen} />
        <Route path="/p/:slug/choices/:id" component={ChoiceScreen} />
        <Route path="/p/:slug/notes" component={NotesScreen} />
        <Route path="/p/:slug/history" component={HistoryScreen} />
        <Route path="/p/:slug/history/:id" component={JudgementScreen} />
        <Route path="/p/:slug/admin/:tab?" component={AdminScreen} />
        <Route default component={NotFoundScreen} />
      </Router>
    </ErrorBoundary>
  );
  return (
    <>
      {/* The desk has its own, smaller frame. */}
      {/^\/p\/[^/]+\/(annotate|practice)$/.test(path) ? routes : <Frame>{routes}</Frame>}
      {sessionLost.value && <SignInAgain />}
    </>
  );
}

/** A new page starts at its top, also for the keyboard and the screen reader; a control that took the focus keeps it. */
function focusMain(): void {
  window.scrollTo(0, 0);
  requestAnimationFrame(() => {
    const main = document.getElementById("main");
    if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  });
}
