/** What another CDK app needs to collect the log events of Auth0 tenants in stacks of its own. */
export { AlarmTopic, type AlarmTopicProps } from './constructs/alarm-topic.ts';
export type { AlarmSettings } from './constructs/alarms.ts';
export { Auth0Collector, type Auth0CollectorProps } from './constructs/auth0-collector.ts';
export {
  Auth0Tenant,
  type Auth0TenantProps,
  type SharedResources,
} from './constructs/auth0-tenant.ts';
export { CollectorAlarms, type CollectorAlarmsProps } from './constructs/collector-alarms.ts';
export { TenantAlarms, type TenantAlarmsProps } from './constructs/tenant-alarms.ts';
export type { DetectionByTenant } from './detection.ts';
export type { LakeOptions } from './lake.ts';
export type { Network } from './network.ts';
