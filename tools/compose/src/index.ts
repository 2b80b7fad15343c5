export {
  ComposeProject,
  type ComposeProjectOptions,
  type ContainerState,
  DOCKER_DIRECTORY,
} from './compose-project.ts';
export { ControlPlane, type ControlPlaneAnswer, type ControlPlaneRequest, type ServerName } from './control-plane.ts';
export { type Credentials, Customer, type Order } from './customer.ts';
export { StackError } from './errors.ts';
export { type Progress, quietly, readableProgress } from './progress.ts';
export { ShopStack, type ShopStackOptions, takeDown } from './shop-stack.ts';
