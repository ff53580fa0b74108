namespace VampNet.Export;

/// <summary>Options of writing a model as a graph.</summary>
public sealed record ExportOptions
{
    /// <summary>The oldest supported version of the standard operator set.</summary>
    public const int MinimumOpset = 17;

    /// <summary>The newest supported version of the standard operator set.</summary>
    public const int MaximumOpset = 23;

    /// <summary>The defaults: opset 20, standard operators only.</summary>
    public static ExportOptions Default { get; } = new();

    /// <summary>The version of the standard operator set: <see cref="MinimumOpset"/> to <see cref="MaximumOpset"/>, both
    /// inclusive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The version is outside that range.</exception>
    public int Opset
    {
        get;
        init =>
            field = value is >= MinimumOpset and <= MaximumOpset
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    $"Expected an operator set from {MinimumOpset} to {MaximumOpset}."
                );
    } = 20;

    /// <summary>The operators that the graph may use.</summary>
    public ExportTarget Target { get; init; } = ExportTarget.Portable;

    /// <summary>Origin of the weights, written into the graph's metadata; null writes the configuration alone.</summary>
    public ExportProvenance? Provenance { get; init; }
}
