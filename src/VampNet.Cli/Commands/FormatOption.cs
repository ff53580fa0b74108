using System.CommandLine;
using VampNet.Files;
using VampNet.Inference.OrtFormat;

namespace VampNet.Cli.Commands;

/// <summary><c>--format</c>: ONNX alone, or ONNX Runtime's own format beside it.</summary>
internal sealed class FormatOption
{
    private readonly Option<string> _format = new("--format")
    {
        DefaultValueFactory = _ => "onnx",
        Description =
            "Write ONNX alone (onnx), or also ONNX Runtime's own format for small devices (ort): NAME.ort with its weights "
            + "inside, and the list of "
            + "operators that a reduced build needs.",
    };

    public FormatOption() => _format.TakeOneOf("onnx", "ort");

    /// <summary>The option itself.</summary>
    public Option Option => _format;

    /// <summary>Whether a command line asks for ONNX Runtime's own format.</summary>
    public bool IsOrt(ParseResult arguments) => arguments.GetValue(_format) == "ort";

    /// <summary>The files that are written beside a graph.</summary>
    public IEnumerable<string> Outputs(ParseResult arguments, string graph) =>
        IsOrt(arguments) ? [NameOf(graph), NameOf(graph) + OrtFormatWriter.OperatorsExtension] : [];

    /// <summary>Writes ONNX Runtime's own format beside a graph; each file appears under its name only when both are complete.</summary>
    /// <param name="graph">An ONNX graph in its final place.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static OrtFormatFiles Write(string graph, CancellationToken cancellationToken)
    {
        string target = NameOf(graph);
        using var set = new FileSet(target);
        set.Stage(set.First + OrtFormatWriter.OperatorsExtension);
        OrtFormatFiles files = OrtFormatWriter.Write(graph, set.Stage(set.First), cancellationToken);
        set.Publish();
        return files with { Graph = target, Operators = target + OrtFormatWriter.OperatorsExtension };
    }

    private static string NameOf(string graph) => Path.ChangeExtension(graph, OrtFormatWriter.Extension);
}
