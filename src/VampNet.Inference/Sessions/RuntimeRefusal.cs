using System.Text.RegularExpressions;

namespace VampNet.Inference.Sessions;

/// <summary>Explains an error of ONNX Runtime: the node or input, and what to try. The original text names source files and temporary
/// files, so it is kept only as the exception's cause.</summary>
/// <param name="Found">The finding, one sentence without a full stop.</param>
/// <param name="Advice">The expectation or a remedy, in one or two sentences.</param>
internal sealed partial record RuntimeRefusal(string Found, string Advice)
{
    private const string InputAdvice =
        "Give the inputs what the graph takes: --input NAME:TYPE[SIZES]RANGE; vampnet inspect shows its inputs.";

    private const int MostQuoted = 240;

    /// <summary>Reads the text of a refusal.</summary>
    public static RuntimeRefusal Read(string message)
    {
        string text = Plain(message);
        return Unknown(text)
            ?? OfInput(text)
            ?? OfFile(text)
            ?? OfNode(text)
            ?? new RuntimeRefusal($"ONNX Runtime says: \"{Shorten(text)}\"", InputAdvice);
    }

    /// <summary>Name of a graph in messages: its path, unless that is a temporary file of this tool.</summary>
    public static string NameOf(string path) =>
        path.Contains(".partial", StringComparison.Ordinal) || path.Contains(".vampnet-", StringComparison.Ordinal)
            ? "the graph that was made of it"
            : path;

    /// <inheritdoc/>
    public override string ToString() => $"{Found}. {Advice}";

    private static RuntimeRefusal? Unknown(string text)
    {
        if (NoKernel().Match(text) is { Success: true } kernel)
        {
            string node = Quoted(kernel.Groups["name"].Value);
            return new(
                $"ONNX Runtime has no implementation of {kernel.Groups["op"].Value} of version {kernel.Groups["version"].Value} "
                    + $"for the types of the node{node}",
                "Convert the graph first: vampnet optimize --opset 20; types that ONNX Runtime does not compute in, such as "
                    + "bfloat16 on the processor, need float32."
            );
        }

        if (NotRegistered().Match(text) is { Success: true } custom)
        {
            return new(
                $"ONNX Runtime does not know the operator {custom.Groups["op"].Value.Trim(':')}",
                "The graph needs the library that its operator comes from, which this tool does not load. Export it with standard "
                    + "operators, or rewrite it unchecked with vampnet optimize --no-check."
            );
        }

        if (NoSchema().Match(text) is { Success: true } schema)
        {
            return new(
                $"ONNX Runtime does not know the operator {schema.Groups["op"].Value}",
                "Export the graph with operators of the standard or of ONNX Runtime."
            );
        }

        return Opset().Match(text) is { Success: true } opset
            ? new(
                $"the graph is of opset {opset.Groups["opset"].Value}, and ONNX Runtime knows none beyond {opset.Groups["known"].Value}",
                "Convert it first: vampnet optimize --opset 20."
            )
            : null;
    }

    private static RuntimeRefusal? OfInput(string text)
    {
        if (Dimensions().Match(text) is { Success: true } dims)
        {
            IEnumerable<string> axes = Axis()
                .Matches(text)
                .Select(axis =>
                    $"{axis.Groups["got"].Value} on axis {axis.Groups["axis"].Value}, which takes {axis.Groups["expected"].Value}"
                );
            return new($"the input {dims.Groups["name"].Value} got {string.Join("; ", axes)}", InputAdvice);
        }

        if (Rank().Match(text) is { Success: true } rank)
        {
            return new(
                $"the input {rank.Groups["name"].Value} got {rank.Groups["got"].Value} axes and takes {rank.Groups["expected"].Value}",
                InputAdvice
            );
        }

        if (InputType().Match(text) is { Success: true } type)
        {
            return new($"an input got {type.Groups["got"].Value} and takes {type.Groups["expected"].Value}", InputAdvice);
        }

        if (InvalidName().Match(text) is { Success: true } name)
        {
            return new($"the graph has no input {name.Groups["name"].Value}", InputAdvice);
        }

        return MissingInput().Match(text) is { Success: true } missing
            ? new($"the graph's input {missing.Groups["name"].Value} got nothing", InputAdvice)
            : null;
    }

    private static RuntimeRefusal? OfFile(string text)
    {
        if (
            text.Contains("Protobuf parsing failed", StringComparison.Ordinal)
            || text.Contains("ModelProto does not have a graph", StringComparison.Ordinal)
        )
        {
            return new("it holds no graph", "Expected an .onnx file that was written to its end.");
        }

        if (IrVersion().Match(text) is { Success: true } ir)
        {
            return new(
                $"it is of IR version {ir.Groups["found"].Value}, and ONNX Runtime reads none beyond {ir.Groups["known"].Value}",
                "Export it with an older exporter, or run vampnet optimize on it."
            );
        }

        return
            text.Contains("External data", StringComparison.OrdinalIgnoreCase)
            || text.Contains("external initializer", StringComparison.OrdinalIgnoreCase)
            ? new("a file of its weights is missing or too short", "Keep the graph's external data beside it, under the name it had.")
            : null;
    }

    private static RuntimeRefusal? OfNode(string text)
    {
        Match index = Index().Match(text),
            running = Running().Match(text);
        if (running.Success)
        {
            string node = $"the {running.Groups["op"].Value} node{Quoted(running.Groups["name"].Value)}";
            if (index.Success)
            {
                return new(
                    $"{node} got the index {index.Groups["index"].Value}, and its table takes {index.Groups["low"].Value} to "
                        + $"{index.Groups["high"].Value}",
                    "Keep the input that it comes from below the number of rows: --input NAME:int64<ROWS, or --vocabulary ROWS."
                );
            }

            if (
                text.Contains("Failed to allocate", StringComparison.OrdinalIgnoreCase)
                || text.Contains("bad_alloc", StringComparison.OrdinalIgnoreCase)
            )
            {
                return new(
                    $"{node} asks for more memory than there is",
                    "Give the inputs smaller sizes: --input NAME:[SIZES], or --extent."
                );
            }

            return new($"{node} does not take these sizes or values: {Shorten(Reason(text))}", InputAdvice);
        }

        if (text.Contains("two nodes with same node name", StringComparison.Ordinal))
        {
            return new("two nodes have one name", "Repair the graph first: vampnet optimize gives each a name of its own.");
        }

        Match invalid = InvalidNode().Match(text);
        return invalid.Success
            ? new(
                $"{NodeOf(invalid)} is not valid: {Shorten(Reason(text))}",
                "Repair the graph first: vampnet optimize corrects types and names; what it cannot correct, it names."
            )
            : null;
    }

    private static string NodeOf(Match invalid) =>
        invalid.Groups["op"].Value.Length == 0
            ? $"a node{Quoted(invalid.Groups["name"].Value)}"
            : $"the {invalid.Groups["op"].Value} node{Quoted(invalid.Groups["name"].Value)}";

    // The text after the words with which every refusal of a node begins.
    private static string Reason(string text)
    {
        string[] parts = ["Status Message:", "[ShapeInferenceError]", "[TypeInferenceError]", "Error:"];
        foreach (string part in parts)
        {
            int at = text.LastIndexOf(part, StringComparison.Ordinal);
            if (at >= 0 && at + part.Length < text.Length)
            {
                return text[(at + part.Length)..].Trim();
            }
        }

        return text;
    }

    private static string Plain(string message)
    {
        string text = Code().Replace(message, "");
        text = SourceFile().Replace(text, "");
        text = LoadFrom().Replace(text, "");
        return Spaces().Replace(text, " ").Trim();
    }

    private static string Shorten(string text) => text.Length <= MostQuoted ? text.TrimEnd('.') : $"{text[..MostQuoted]}...";

    private static string Quoted(string name) => name.Length == 0 ? "" : $" {name}";

    [GeneratedRegex(@"\[ErrorCode:\w+\]\s*")]
    private static partial Regex Code();

    // File and line of ONNX Runtime's source, the function with its parameters, and the condition in C++ that did not hold.
    [GeneratedRegex(
        @"\S+\.(?:cc|h|cpp):\d+\S*|/onnxruntime_src/\S*|(?:\S+ )?\bonnxruntime::[^\s(]+(?:\([^)]*\))?(?: const)?(?:\s*\[with [^\]]*\])?"
            + @"|[^.:]{1,160} was false\.|\S*(?:/tmp/|\\Temp\\|\.vampnet-)\S*"
    )]
    private static partial Regex SourceFile();

    [GeneratedRegex(
        @"(Load model from .*? failed:|Exception during initialization:|Fatal error:|This is an invalid model\.|\(\s*Load model .*?\))\s*"
    )]
    private static partial Regex LoadFrom();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"Could not find an implementation for (?<op>[\w.]+)\((?<version>-?\d+)\) node with name '(?<name>[^']*)'")]
    private static partial Regex NoKernel();

    [GeneratedRegex(@"(?<op>[\w.:]+)\(-?\d+\) is not a registered function/op")]
    private static partial Regex NotRegistered();

    [GeneratedRegex(@"No (?:Op registered for|opset import for|schema registered for:?) (?<op>[\w.:]+)")]
    private static partial Regex NoSchema();

    [GeneratedRegex(@"Opset (?<opset>\d+) (?:is under development|for domain).*?(?:till|up to|is)? ?(?:opset )?(?<known>\d+)")]
    private static partial Regex Opset();

    [GeneratedRegex(@"(?:Got invalid dimensions for|Invalid dimensions for) input: (?<name>.+?) for the following indices")]
    private static partial Regex Dimensions();

    [GeneratedRegex(@"index: (?<axis>\d+) Got: (?<got>-?\d+) Expected: (?<expected>-?\d+)")]
    private static partial Regex Axis();

    [GeneratedRegex(@"Invalid rank for input: (?<name>.+?) Got: (?<got>\d+) Expected: (?<expected>\d+)")]
    private static partial Regex Rank();

    [GeneratedRegex(@"Unexpected input data type\. Actual: \(tensor\((?<got>\w+)\)\) ?, expected: \(tensor\((?<expected>\w+)\)\)")]
    private static partial Regex InputType();

    [GeneratedRegex(@"Invalid (?:input|Feed Input) name: ?(?<name>.+)", RegexOptions.IgnoreCase)]
    private static partial Regex InvalidName();

    [GeneratedRegex(@"(?:Missing Input|Required inputs?).*?[:'\[]\s*(?<name>[^\]']+)", RegexOptions.IgnoreCase)]
    private static partial Regex MissingInput();

    [GeneratedRegex(@"Unsupported model IR version: (?<found>\d+), max supported IR version: (?<known>\d+)")]
    private static partial Regex IrVersion();

    [GeneratedRegex(@"idx=(?<index>-?\d+) must be within the inclusive range \[(?<low>-?\d+),(?<high>-?\d+)\]")]
    private static partial Regex Index();

    [GeneratedRegex(@"running (?<op>\w+) node\. Name:'(?<name>[^']*)'")]
    private static partial Regex Running();

    [GeneratedRegex(@"(?:In Node, \(""(?<name>[^""]*)"",(?: (?<op>\w*))?|(?:Node ?\(|Node:|node \(|node named ')(?<name>[^""),' ]+))")]
    private static partial Regex InvalidNode();
}
