import { Component, type ComponentClass, type FunctionComponent } from "preact";

/** A part that is rendered anew only when `same` says that its new props show something else. */
export function memo<Props extends object>(
  Part: FunctionComponent<Props>,
  same: (before: Readonly<Props>, after: Readonly<Props>) => boolean,
): ComponentClass<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !same(this.props, next);
    }

    override render() {
      return <Part {...(this.props as Props)} />;
    }
  };
}
