export {
  ComposeProject,
  type ComposeProjectOptions,
  type ContainerState,
  DOCKER_DIRECTORY,
} from './compose-project.ts';
export { ControlPlane, type ControlPlaneAnswer, type ControlPlaneRequest, type ServerName } from './control-plane.ts';
export { type Credentials, Customer, type Order } from './customer.ts';
export { RefusedError, StackError } from './errors.ts';
export { type Progress, quietly, readableProgress } from './progress.ts';
export { openScene, perform, SCENARIO } from './scenario/scenario.ts';
export type { Scene, Step } from './scenario/scene.ts';
export { scenarioProject } from './suites/project-name.ts';
export { ShopStack, type ShopStackOptions, takeDown } from './shop-stack.ts';
