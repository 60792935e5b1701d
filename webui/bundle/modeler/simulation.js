// Token simulation without its log, which writes names of elements into the page as markup.
import Animation from 'bpmn-js-token-simulation/lib/animation';
import ColoredScopes from 'bpmn-js-token-simulation/lib/features/colored-scopes';
import ContextPads from 'bpmn-js-token-simulation/lib/features/context-pads';
import DisableModeling from 'bpmn-js-token-simulation/lib/features/disable-modeling';
import ElementSupport from 'bpmn-js-token-simulation/lib/features/element-support';
import ExclusiveGateway from 'bpmn-js-token-simulation/lib/features/exclusive-gateway-settings';
import InclusiveGateway from 'bpmn-js-token-simulation/lib/features/inclusive-gateway-settings';
import NeutralColors from 'bpmn-js-token-simulation/lib/features/neutral-element-colors';
import Palette from 'bpmn-js-token-simulation/lib/features/palette';
import Pause from 'bpmn-js-token-simulation/lib/features/pause-simulation';
import Reset from 'bpmn-js-token-simulation/lib/features/reset-simulation';
import ShowScopes from 'bpmn-js-token-simulation/lib/features/show-scopes';
import State from 'bpmn-js-token-simulation/lib/features/simulation-state';
import ToggleMode from 'bpmn-js-token-simulation/lib/features/toggle-mode/modeler';
import TokenCount from 'bpmn-js-token-simulation/lib/features/token-count';
import Simulator from 'bpmn-js-token-simulation/lib/simulator';

export default {
  __depends__: [
    Simulator, Animation, ColoredScopes, ContextPads, State, ShowScopes, ElementSupport, Pause, Reset, TokenCount,
    ExclusiveGateway, NeutralColors, InclusiveGateway, Palette, DisableModeling, ToggleMode,
  ],
};
