namespace VampNet.Onnx;

/// <summary>
/// The stable ids of everything this library reports about reading, writing and representing models.
/// Hundreds group them: 01 files and protobuf, 02 tensors and external data, 03 the verifier, 04 writing and building,
/// 05 type fixing, 06 rewriting, 08 quantization, 09 opset conversion. Shape inference keeps its own list.
/// </summary>
public static class DiagnosticIds
{
    /// <summary>The file is not a protobuf-encoded ONNX model, or is cut short.</summary>
    public const string NotAModel = "VNO0101";

    /// <summary>The model holds no graph.</summary>
    public const string GraphMissing = "VNO0102";

    /// <summary>The model nests deeper than the reader follows.</summary>
    public const string TooDeep = "VNO0103";

    /// <summary>An attribute's declared type and its contents disagree, or the type is unknown.</summary>
    public const string AttributeMalformed = "VNO0104";

    /// <summary>An attribute does not have the kind that was asked for, or is missing.</summary>
    public const string AttributeKind = "VNO0105";

    /// <summary>A type description is incomplete or has an unknown element type.</summary>
    public const string TypeMalformed = "VNO0106";

    /// <summary>Two attributes of a node, or two operator-set imports of a model, have the same name.</summary>
    public const string DuplicateEntry = "VNO0107";

    /// <summary>A tensor's element type is unknown or undefined.</summary>
    public const string TensorElementType = "VNO0201";

    /// <summary>A tensor's dimensions are negative or their product overflows.</summary>
    public const string TensorShapeInvalid = "VNO0202";

    /// <summary>A tensor holds more or fewer elements than its shape says.</summary>
    public const string TensorLength = "VNO0203";

    /// <summary>A tensor's elements were asked for in a type that it does not have.</summary>
    public const string TensorConversion = "VNO0204";

    /// <summary>A tensor uses a storage form that is not supported: segments.</summary>
    public const string TensorStorage = "VNO0205";

    /// <summary>An external tensor names no file, or has a malformed offset or length.</summary>
    public const string ExternalMalformed = "VNO0210";

    /// <summary>An external tensor's path leaves the model's folder.</summary>
    public const string ExternalEscapes = "VNO0211";

    /// <summary>An external tensor's file does not exist.</summary>
    public const string ExternalMissing = "VNO0212";

    /// <summary>An external tensor reaches beyond the end of its file.</summary>
    public const string ExternalOutOfRange = "VNO0213";

    /// <summary>A model read from memory refers to external data, but no folder was given.</summary>
    public const string ExternalWithoutFolder = "VNO0214";

    /// <summary>A value is produced more than once.</summary>
    public const string NameNotUnique = "VNO0301";

    /// <summary>A node uses a value that nothing produces.</summary>
    public const string ValueUndefined = "VNO0302";

    /// <summary>A node uses a value before it is produced, or depends on itself.</summary>
    public const string OrderBroken = "VNO0303";

    /// <summary>A node's operator set is not imported.</summary>
    public const string OpsetMissing = "VNO0304";

    /// <summary>A name is empty where the specification wants one.</summary>
    public const string NameMissing = "VNO0305";

    /// <summary>An input or output of the main graph has no type.</summary>
    public const string TypeMissing = "VNO0306";

    /// <summary>An initializer's type contradicts the type declared for its name.</summary>
    public const string TypeContradicted = "VNO0307";

    /// <summary>The IR version is not one that this library knows.</summary>
    public const string IrVersion = "VNO0308";

    /// <summary>An attribute refers to a function's parameter where no function is, or to a parameter it does not have.</summary>
    public const string AttributeReference = "VNO0309";

    /// <summary>A function is defined twice, or calls itself.</summary>
    public const string FunctionInvalid = "VNO0310";

    /// <summary>Two nodes have the same name, which the specification allows and ONNX Runtime refuses.</summary>
    public const string NodeNameNotUnique = "VNO0311";

    /// <summary>An attribute does not have the kind that its operator gives it.</summary>
    public const string OperatorAttributeKind = "VNO0312";

    /// <summary>The model is larger than one protobuf message may be.</summary>
    public const string TooLargeForOneFile = "VNO0401";

    /// <summary>Types contradict each other, and no repair is right.</summary>
    public const string TypeUnrepairable = "VNO0501";

    /// <summary>A rewriting pass did not come to rest within its limit.</summary>
    public const string NoFixpoint = "VNO0601";

    /// <summary>A rewriting pass left an invalid graph: a fault of the pass.</summary>
    public const string PassBrokeGraph = "VNO0602";

    /// <summary>A weight to quantize holds NaN or infinity.</summary>
    public const string WeightNotFinite = "VNO0801";

    /// <summary>A model to quantize holds quantized operators already.</summary>
    public const string QuantizedAlready = "VNO0802";

    /// <summary>A model has no weight that a quantization scheme handles.</summary>
    public const string NothingToQuantize = "VNO0803";

    /// <summary>A model to quantize imports no version of ai.onnx.</summary>
    public const string OpsetTooOld = "VNO0804";

    /// <summary>An activation held NaN or infinity while its range was measured.</summary>
    public const string ActivationNotFinite = "VNO0805";

    /// <summary>A node has no exact counterpart in the opset that a model shall have.</summary>
    public const string OpsetNotConvertible = "VNO0901";

    /// <summary>A model has an opset, or shall have one, that the version converter does not know.</summary>
    public const string OpsetOutOfRange = "VNO0902";
}
