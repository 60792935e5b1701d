// The one door to bpmn-js: a read-only diagram that can be panned and zoomed.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

// Colours are our tokens, so the diagram follows the light and the dark theme by itself.
const COLOURS = {
  defaultFillColor: 'var(--k-surface)',
  defaultStrokeColor: 'var(--k-calm-solid)',
  defaultLabelColor: 'var(--k-ink-2)',
};

export function create(container, fontFamily) {
  const style = { fontFamily, fontSize: 13 };
  return new NavigatedViewer({
    container,
    bpmnRenderer: COLOURS,
    textRenderer: { defaultStyle: style, externalStyle: { ...style, fontSize: 12 } },
  });
}
