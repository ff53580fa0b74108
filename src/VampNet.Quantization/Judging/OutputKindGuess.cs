using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Quantization.Judging;

/// <summary>Likely meaning of a graph's first output, from its type, its name, its shape and the node that gives it.</summary>
/// <param name="Kind">The meaning.</param>
/// <param name="Reason">The evidence, in a few words.</param>
public sealed record OutputKindGuess(OutputKind Kind, string Reason)
{
    // The fewest entries of a last axis that is a vocabulary, where nothing else says so.
    private const long LeastVocabulary = 1000;
    private const long LeastClasses = 2;

    private static readonly ImmutableArray<(string Word, OutputKind Kind)> Words =
    [
        ("logit", OutputKind.Logits),
        ("prob", OutputKind.Logits),
        ("softmax", OutputKind.Logits),
        ("class", OutputKind.Logits),
        ("label", OutputKind.Logits),
        ("embed", OutputKind.Embedding),
        ("pooler", OutputKind.Embedding),
        ("hidden", OutputKind.Embedding),
        ("feature", OutputKind.Embedding),
        ("latent", OutputKind.Embedding),
        ("audio", OutputKind.Audio),
        ("wav", OutputKind.Audio),
        ("sound", OutputKind.Audio),
        ("speech", OutputKind.Audio),
        ("image", OutputKind.Image),
        ("pixel", OutputKind.Image),
    ];

    // Operators that may follow the last product.
    private static readonly ImmutableArray<string> Carriers = ["Add", "Reshape", "Identity", "Cast", "Squeeze", "Unsqueeze", "Transpose"];

    /// <summary>Guesses.</summary>
    public static OutputKindGuess Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Value output = model.Graph.Outputs[0];
        if (output.TensorType?.ElementType is { } type && (type.IsInteger || type == ElementType.Bool))
        {
            return new(OutputKind.Codes, $"it is {type.OnnxName}");
        }

        if (
            Words.FirstOrDefault(each => output.Name.Contains(each.Word, StringComparison.OrdinalIgnoreCase))
                is { Word: { } word, Kind: var named }
            && Suits(named, output)
        )
        {
            return new(named, $"its name has \"{word}\"");
        }

        Node? last = LastOperator(output);
        if (last is { OpType: "Softmax" or "LogSoftmax", Domain: "" })
        {
            return new(OutputKind.Logits, $"{last.OpType} gives it");
        }

        return OfShape(output.TensorType?.Shape, last);
    }

    private static OutputKindGuess OfShape(TensorShape? shape, Node? last)
    {
        if (shape is null)
        {
            return new(OutputKind.Signal, "its shape is not known");
        }

        bool isProduct = last is { OpType: "MatMul" or "Gemm", Domain: "" };
        if (shape.Rank is 2 or 3 && isProduct && shape[^1].TryGetConstant(out long entries))
        {
            if (shape.Rank == 3 && entries >= LeastVocabulary)
            {
                return new(OutputKind.Logits, $"a product gives {entries} numbers for each place");
            }

            if (shape.Rank == 2 && entries >= LeastClasses)
            {
                return new(OutputKind.Logits, $"a product gives {entries} numbers for each row");
            }
        }

        bool isRecurrent = last is { OpType: "LSTM" or "GRU" or "RNN", Domain: "" };
        if (shape.Rank == 4 && !isRecurrent && (IsColours(shape[1]) || IsColours(shape[3])))
        {
            return new(OutputKind.Image, $"its shape {shape} is that of pictures");
        }

        if (shape.Rank == 3 && shape[1].Is(1) && !shape[2].IsConstant)
        {
            return new(OutputKind.Audio, $"its shape {shape} is that of sound");
        }

        return shape.Rank <= 1 || (shape.Rank == 2 && shape[1].Is(1))
            ? new(OutputKind.Regression, $"its shape {shape} is that of single numbers")
            : new(OutputKind.Signal, "neither its name nor its shape tells");
    }

    private static bool Suits(OutputKind kind, Value output) =>
        kind switch
        {
            OutputKind.Logits => output.TensorType?.Shape is null or { Rank: > 1 },
            OutputKind.Image => output.TensorType?.Shape is null or { Rank: >= 3 },
            _ => true,
        };

    private static bool IsColours(Dim dim) => dim.Is(1) || dim.Is(3) || dim.Is(4);

    private static Node? LastOperator(Value output)
    {
        Node? node = output.Producer;
        for (
            int steps = 0;
            steps < Carriers.Length && node is not null && node.Domain.Length == 0 && Carriers.Contains(node.OpType);
            steps++
        )
        {
            node = node.Inputs.Select(input => input?.Producer).FirstOrDefault(producer => producer is not null);
        }

        return node;
    }
}
