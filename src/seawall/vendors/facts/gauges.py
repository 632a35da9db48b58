"""Which metrics a living source always reports, so that silence means that it is gone; a table, with its reasons.

Only gauges stand here. A count that is absent when it is zero (`FailedInvocations`, an error counter of one's own) is
silent on every good day: for it `notBreaching` is right. A dimension must name one thing that can be deleted: the CPU
of an Auto Scaling group goes on when its servers are replaced.

Sources: the lists of metrics in the user guides of Amazon ElastiCache, MemoryDB, RDS, DocumentDB, Neptune, EC2, MSK,
OpenSearch Service and MQ; the CloudWatch agent's; the gem sidekiq-cloudwatchmetrics.
"""

from __future__ import annotations

from dataclasses import dataclass

from seawall.vendors.facts.alarm import Metric


@dataclass(frozen=True, slots=True)
class Gauge:
    """Metrics of one namespace that are reported as long as the source is there.

    names: of the metrics. resources: dimensions of which one must be there, as it names the source; empty where the
    namespace is that of one source. source: what it is, in words. why: it is always reported.
    """

    namespace: str
    names: frozenset[str]
    resources: frozenset[str]
    source: str
    why: str


def _gauge(namespace: str, names: str, resources: str, source: str, why: str) -> Gauge:
    return Gauge(namespace, frozenset(names.split()), frozenset(filter(None, resources.split(";"))), source, why)


_HOST = "CPUUtilization FreeableMemory SwapUsage NetworkBytesIn NetworkBytesOut"
_ENGINE = "EngineCPUUtilization CurrConnections CurrItems DatabaseMemoryUsagePercentage MemoryFragmentationRatio"
_EVERY_MINUTE = "each node reports it every minute, at zero too"
_DATABASE = "CPUUtilization FreeableMemory SwapUsage DatabaseConnections"
_DATABASE_IDS = "DBInstanceIdentifier;DBClusterIdentifier"
_INSTANCE = "each instance reports it every minute while it runs, at zero too"

GAUGES = (
    _gauge(
        "AWS/ElastiCache",
        f"{_HOST} {_ENGINE} BytesUsedForCache DatabaseCapacityUsagePercentage "
        "DatabaseMemoryUsageCountedForEvictPercentage IsMaster NetworkPacketsIn NetworkPacketsOut",
        "CacheClusterId;CacheNodeId;ReplicationGroupId",
        "cache",
        _EVERY_MINUTE,
    ),
    _gauge(
        "AWS/MemoryDB",
        f"{_HOST} {_ENGINE} BytesUsedForMemoryDB DatabaseCapacityUsagePercentage IsPrimary",
        "ClusterName;NodeName",
        "cluster",
        _EVERY_MINUTE,
    ),
    _gauge(
        "AWS/RDS",
        f"{_DATABASE} FreeStorageSpace FreeLocalStorage DiskQueueDepth ReadIOPS WriteIOPS",
        _DATABASE_IDS,
        "database",
        _INSTANCE,
    ),
    _gauge("AWS/DocDB", f"{_DATABASE} FreeLocalStorage", _DATABASE_IDS, "database", _INSTANCE),
    _gauge("AWS/Neptune", "CPUUtilization FreeableMemory FreeLocalStorage", _DATABASE_IDS, "database", _INSTANCE),
    _gauge(
        "AWS/EC2",
        "CPUUtilization NetworkIn NetworkOut StatusCheckFailed StatusCheckFailed_Instance StatusCheckFailed_System",
        "InstanceId",
        "server",
        "each instance reports it while it runs, at zero too",
    ),
    _gauge(
        "AWS/Kafka",
        "ActiveControllerCount CpuIdle CpuUser KafkaDataLogsDiskUsed MemoryFree OfflinePartitionsCount",
        "Cluster Name",
        "cluster",
        "each broker reports it every minute, at zero too",
    ),
    _gauge(
        "AWS/ES",
        "CPUUtilization ClusterStatus.green ClusterStatus.red ClusterStatus.yellow FreeStorageSpace "
        "JVMMemoryPressure Nodes",
        "DomainName",
        "domain",
        "each domain reports it every minute, at zero too",
    ),
    _gauge(
        "AWS/AmazonMQ",
        "CpuUtilization HeapUsage StorePercentUsage SystemCpuUtilization RabbitMQMemUsed",
        "Broker",
        "broker",
        "each broker reports it every minute",
    ),
    _gauge(
        "CWAgent",
        "cpu_usage_active cpu_usage_idle cpu_usage_iowait disk_free disk_used_percent mem_available_percent "
        "mem_used_percent swap_used_percent",
        "InstanceId;host",
        "server",
        "the agent reports it at every interval while the server runs",
    ),
    _gauge(
        "Sidekiq",
        "Capacity DeadJobs DefaultQueueLatency EnqueuedJobs Processes QueueLatency QueueSize RetryJobs ScheduledJobs "
        "Utilization Workers",
        "",
        "job queue",
        "it is read from Redis once a minute, at zero too",
    ),
)


def gauge(metric: Metric) -> Gauge | None:
    """What is known of this metric; None where it may be silent while its source lives, or names no source."""
    dimensions = {name for name, _ in metric.dimensions}
    for known in GAUGES:
        if known.namespace == metric.namespace and metric.name in known.names:
            return known if not known.resources or known.resources & dimensions else None
    return None
