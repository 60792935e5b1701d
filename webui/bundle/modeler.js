// The one door to the bpmn-js modeler: our palette, our attributes, Chinese throughout.
import Modeler from 'bpmn-js/lib/Modeler';
import minimap from 'diagram-js-minimap';
import cs from './modeler/cs.json';
import offers from './modeler/offers.js';
import palette from './modeler/palette.js';
import simulation from './modeler/simulation.js';
import zh, { missing } from './modeler/zh.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';

export { missing };

const COLOURS = {
  defaultFillColor: 'var(--k-surface)',
  defaultStrokeColor: 'var(--k-ink-2)',
  defaultLabelColor: 'var(--k-ink)',
};

export function create(container, fontFamily) {
  const style = { fontFamily, fontSize: 13 };
  return new Modeler({
    container,
    additionalModules: [zh, palette, offers, minimap, simulation],
    moddleExtensions: { cs },
    bpmnRenderer: COLOURS,
    textRenderer: { defaultStyle: style, externalStyle: { ...style, fontSize: 12 } },
  });
}
