namespace VampNet.Reporting.Baselines;

/// <summary>The kind of a metric, which determines its tolerance.</summary>
public enum MetricKind
{
    /// <summary>The worst difference from TorchSharp; must be within its budget.</summary>
    Parity,

    /// <summary>Share of tokens that a quantized graph chooses as its reference does, 0 to 1.</summary>
    Agreement,

    /// <summary>Bytes.</summary>
    Size,

    /// <summary>Time of a reference over time of a graph of ours, from one run: a quantized graph against float32, ours against another
    /// exporter's. Times themselves do not compare between machines.</summary>
    SpeedUp,

    /// <summary>Increase by quantization of the negative log-likelihood of a true token, in nats.</summary>
    Nats,
}

/// <summary>One figure of a report.</summary>
/// <param name="Name">Its name, such as <c>size coarse.onnx</c>.</param>
/// <param name="Kind">The kind, which determines its tolerance.</param>
/// <param name="Value">The figure.</param>
/// <param name="IsUnsound">It is beyond its budget (parity), or too noisy to be quoted (speed-up).</param>
public sealed record Metric(string Name, MetricKind Kind, double Value, bool IsUnsound = false);
