namespace VampNet.Inference;

/// <summary>The stable ids of this project's errors; docs/errors/inference.md has their usual causes.</summary>
public static class InferenceErrorIds
{
    /// <summary>A budget that does not exist.</summary>
    public const string BudgetUnknown = "VNI0101";

    /// <summary>A verification plan that cannot be read.</summary>
    public const string PlanUnreadable = "VNI0102";

    /// <summary>A graph that ONNX Runtime does not load.</summary>
    public const string GraphDoesNotLoad = "VNI0201";

    /// <summary>A graph that does not run on the input of its contract.</summary>
    public const string GraphDoesNotRun = "VNI0202";

    /// <summary>An input to feed that takes strings, is no tensor, or is of unknown rank.</summary>
    public const string InputUnsupported = "VNI0301";

    /// <summary>No file that fits the graph's inputs.</summary>
    public const string NothingToFeed = "VNI0302";

    /// <summary>An input specification that contradicts the graph, or sizes that no input can have.</summary>
    public const string InputSpecInvalid = "VNI0342";

    /// <summary>A tensor file that cannot be read.</summary>
    public const string TensorFileUnreadable = "VNI0344";

    /// <summary>A tensor of a file that does not fit its input.</summary>
    public const string TensorDoesNotFit = "VNI0345";

    /// <summary>A file of input specifications that cannot be used.</summary>
    public const string InputSpecFileUnusable = "VNI0346";

    /// <summary>A graph input that cannot be made up for a check.</summary>
    public const string InputCannotBeMade = "VNI0401";

    /// <summary>A graph output that cannot be compared in a check.</summary>
    public const string OutputCannotBeCompared = "VNI0402";

    /// <summary>A graph with more than 2 GB of weights for ONNX Runtime's own format.</summary>
    public const string TooLargeForOrt = "VNI0501";

    /// <summary>A file in ONNX Runtime's own format that gives other results than its graph.</summary>
    public const string OrtDiffers = "VNI0502";

    /// <summary>A letter to fix that is no open length of the inputs.</summary>
    public const string LetterUnknown = "VNI0601";
}
