export default function AnnotateScreen() {
  return <main id="main" tabIndex={-1} />;
}
