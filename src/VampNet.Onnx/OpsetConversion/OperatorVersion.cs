using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>The signature of one version of an operator.</summary>
/// <param name="OpType">The operator.</param>
/// <param name="Since">The opset that brought this version.</param>
/// <param name="IsDeprecated">Whether the operator ends with this version.</param>
/// <param name="Attributes">The names of its attributes.</param>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Outputs">Its outputs.</param>
internal sealed record OperatorVersion(
    string OpType,
    int Since,
    bool IsDeprecated,
    ImmutableHashSet<string> Attributes,
    ImmutableArray<OperatorParameter> Inputs,
    ImmutableArray<OperatorParameter> Outputs
)
{
    /// <summary>Reads one line of the table.</summary>
    public static OperatorVersion Parse(string line)
    {
        string[] cells = line.Split('\t');
        return new OperatorVersion(
            cells[0],
            int.Parse(cells[1], CultureInfo.InvariantCulture),
            cells[2].Length > 0,
            [.. cells[3].Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Parameters(cells[4]),
            Parameters(cells[5])
        );
    }

    /// <summary>The input or output of an index; null when there is none.</summary>
    public static OperatorParameter? At(ImmutableArray<OperatorParameter> parameters, int index) =>
        index < parameters.Length ? parameters[index]
        : parameters is [.., { Repeats: true } last] ? last
        : null;

    private static ImmutableArray<OperatorParameter> Parameters(string cell) =>
        [.. cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(OperatorParameter.Parse)];
}

/// <summary>One input or output of an operator.</summary>
/// <param name="Types">The element types that it may have: bit n stands for type n, bit 0 for everything that is no tensor.</param>
/// <param name="IsOptional">Whether a node may leave it out.</param>
/// <param name="Repeats">Whether any number of values may follow.</param>
internal sealed record OperatorParameter(uint Types, bool IsOptional, bool Repeats)
{
    /// <summary>Reads one parameter of the table.</summary>
    public static OperatorParameter Parse(string text) =>
        new(
            uint.Parse(text.TrimEnd('?', '*'), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            text.EndsWith('?'),
            text.EndsWith('*')
        );

    /// <summary>Whether a value of that type may stand here; null when its type is not known.</summary>
    public bool? Takes(ValueType? type) =>
        type switch
        {
            null or TensorType { ElementType: ElementType.Undefined } => null,
            TensorType tensor => (Types & (1u << (int)tensor.ElementType)) != 0,
            _ => (Types & 1) != 0,
        };
}
