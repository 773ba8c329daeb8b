/** The style of the bar: told to the pages that show one, so that no page carries it. */
import bar from './looks/bar.css?inline'
import controls from './looks/controls.css?inline'
import panels from './looks/panels.css?inline'

/** The bar comes last: it suits what it holds to narrow windows. */
export const looks: string = controls + panels + bar
