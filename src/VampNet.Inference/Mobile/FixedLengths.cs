using VampNet.Onnx;

namespace VampNet.Inference.Mobile;

/// <summary>Gives a graph's open lengths fixed values, so that providers which need them take its nodes.</summary>
public static class FixedLengths
{
    /// <summary>Replaces letters in the declared shapes of a model. Shapes that were inferred are dropped: infer them anew.</summary>
    /// <param name="model">Changed in place.</param>
    /// <param name="lengths">The lengths by letter, such as T = 574.</param>
    /// <exception cref="InferenceException">VNI0601: no input has such a letter.</exception>
    public static void Apply(Model model, IReadOnlyDictionary<string, long> lengths)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(lengths);
        string[] letters =
        [
            .. model
                .Graph.Inputs.Where(input => input.Constant is null)
                .SelectMany(input => input.TensorType?.Shape?.SelectMany(dim => dim.Letters) ?? [])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (lengths.Keys.FirstOrDefault(letter => !letters.Contains(letter)) is { } unknown)
        {
            throw new InferenceException(
                InferenceErrorIds.LetterUnknown,
                found: $"no open length {unknown} among the inputs",
                expected: $"one of: {(letters.Length == 0 ? "none, all are fixed" : string.Join(", ", letters))}"
            );
        }

        foreach (Value value in model.AllGraphs().SelectMany(graph => graph.Values()).Where(value => value.Constant is null))
        {
            if (value.TensorType is { Shape: { } shape } type)
            {
                value.Type = type with
                {
                    Shape = new TensorShape(
                        shape.Select(dim => dim.Substitute(letter => lengths.TryGetValue(letter, out long length) ? Dim.Of(length) : null))
                    ),
                };
            }
        }
    }
}
