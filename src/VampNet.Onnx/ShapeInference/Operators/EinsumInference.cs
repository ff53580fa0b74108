namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Einsum: the equation names the axes; what the result does not name is summed over.</summary>
internal static class EinsumInference
{
    private const string Ellipsis = "...";

    public static void Register(OperatorRegistry registry) => registry.Add(Einsum, "Einsum");

    private static void Einsum(InferenceContext context)
    {
        int[] inputs = [.. Enumerable.Range(0, Math.Max(1, context.InputCount))];
        ElementType element = context.CommonElement(inputs);
        string equation = context.Text("equation", "").Replace(" ", "");
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != inputs.Length)
        {
            throw context.RefuseParameter($"the equation '{equation}'", $"{inputs.Length} terms, and '->' once at most");
        }

        var lengths = new Dictionary<string, Dim>();
        bool isKnown = true;
        for (int i = 0; i < terms.Length; i++)
        {
            if (context.ShapeOf(i) is { } shape)
            {
                Bind(context, lengths, terms[i], shape);
            }
            else
            {
                isKnown = false;
            }
        }

        string result = sides.Length == 2 ? sides[1] : Implicit(sides[0]);
        context.Set(0, element, isKnown || !result.Contains('.') ? Shape(context, lengths, result, isKnown) : null);
    }

    /// <summary>Gives each letter its length; the axes under an ellipsis are named by their distance from its end.</summary>
    private static void Bind(InferenceContext context, Dictionary<string, Dim> lengths, string term, TensorShape shape)
    {
        int at = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        string letters = term.Replace(Ellipsis, "");
        int hidden = shape.Rank - letters.Length;
        if (hidden < 0 || (at < 0 && hidden > 0) || letters.Any(static letter => !char.IsAsciiLetter(letter)))
        {
            throw context.RefuseParameter($"the term '{term}'", $"a letter for each axis of {shape}");
        }

        var names = letters.Select(static letter => letter.ToString()).ToList();
        names.InsertRange(at < 0 ? 0 : at, Enumerable.Range(0, hidden).Select(i => $"{Ellipsis}{hidden - i}"));
        for (int axis = 0; axis < names.Count; axis++)
        {
            string name = names[axis];
            lengths[name] =
                !lengths.TryGetValue(name, out Dim? other) || other.Is(1) ? shape[axis]
                : shape[axis].Is(1) ? other
                : context.SameLength(other, shape[axis], $"the axes '{name}'");
        }
    }

    private static TensorShape Shape(InferenceContext context, Dictionary<string, Dim> lengths, string result, bool isKnown)
    {
        int hidden = lengths.Keys.Count(static name => name.StartsWith('.'));
        int at = result.IndexOf(Ellipsis, StringComparison.Ordinal);
        var names = result.Replace(Ellipsis, "").Select(static letter => letter.ToString()).ToList();
        if (at >= 0)
        {
            names.InsertRange(at, Enumerable.Range(0, hidden).Select(i => $"{Ellipsis}{hidden - i}"));
        }

        return new TensorShape(
            names.Select(name =>
                lengths.TryGetValue(name, out Dim? length) ? length
                : isKnown ? throw context.RefuseParameter($"the result's axis '{name}'", "one that a term names")
                : Dim.Unknown()
            )
        );
    }

    /// <summary>Without '->' the result has the ellipsis, then in order the letters that occur once.</summary>
    private static string Implicit(string terms)
    {
        char[] letters = terms.Where(char.IsAsciiLetter).ToArray();
        IOrderedEnumerable<char> once = letters.Where(letter => letters.Count(other => other == letter) == 1).Order();
        return (terms.Contains(Ellipsis) ? Ellipsis : "") + string.Concat(once);
    }
}
