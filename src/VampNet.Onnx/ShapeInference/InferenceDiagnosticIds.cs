namespace VampNet.Onnx.ShapeInference;

/// <summary>The stable ids of what shape inference reports: the hundred 07.</summary>
public static class InferenceDiagnosticIds
{
    /// <summary>There is no inference rule for the operator; its results keep their declared types.</summary>
    public const string OperatorUnknown = "VNO0701";

    /// <summary>Two element types differ that must agree.</summary>
    public const string ElementTypeMismatch = "VNO0702";

    /// <summary>An input's rank is not one that the operator takes.</summary>
    public const string RankMismatch = "VNO0703";

    /// <summary>Axis lengths differ that must agree, or a length would be negative.</summary>
    public const string LengthMismatch = "VNO0704";

    /// <summary>An attribute, or an input that takes the place of one, has a value outside its range.</summary>
    public const string ParameterInvalid = "VNO0705";

    /// <summary>A required input is left out.</summary>
    public const string InputMissing = "VNO0706";

    /// <summary>A declared type contradicts the graph.</summary>
    public const string DeclarationContradicted = "VNO0707";

    /// <summary>A length exceeds 64 bits, or its expression grows beyond <see cref="Dim.MaxSize"/>.</summary>
    public const string LengthOverflow = "VNO0708";

    /// <summary>A tensor stands where a sequence or optional is wanted, or the other way round.</summary>
    public const string KindMismatch = "VNO0709";

    /// <summary>A subgraph or function has another number of inputs or outputs than its node.</summary>
    public const string SubgraphMismatch = "VNO0710";

    /// <summary>Functions or subgraphs nest too deeply or expand to too many nodes; what lies beyond is not inferred.</summary>
    public const string ExpansionLimit = "VNO0711";
}
