namespace VampNet.Onnx.TypeFixing;

/// <summary>
/// Lists the declared types that inference corrected, and the model's outputs that had none. Missing types of intermediate values are not
/// repairs, because the format does not require them.
/// </summary>
internal static class DeclarationRepair
{
    public static void Report(Model model, Dictionary<Value, ValueType?> declared, List<TypeRepair> repairs)
    {
        foreach ((Value value, ValueType? before) in declared)
        {
            if (value.Name.Length == 0 || value.Type is not { } after || Agrees(before, after))
            {
                continue;
            }

            bool lackedAnOutput =
                value.IsGraphOutput && value.Owner == model.Graph && before is null or TensorType { ElementType: ElementType.Undefined };
            if (lackedAnOutput || !IsMissing(before))
            {
                repairs.Add(
                    new TypeRepair(
                        TypeRepairKind.Declaration,
                        value.Producer is { } producer ? $"'{value.Name}' of {producer.Describe()}" : $"the value '{value.Name}'",
                        before?.ToString() ?? "no type",
                        after.ToString()!
                    )
                );
            }
        }
    }

    private static bool IsMissing(ValueType? type) => type is null or TensorType { ElementType: ElementType.Undefined };

    /// <summary>Whether the later type equals the earlier one, or is more specific.</summary>
    private static bool Agrees(ValueType? before, ValueType after)
    {
        if (before is not TensorType earlier || after is not TensorType later)
        {
            return before is not null && before.GetType() == after.GetType();
        }

        return earlier.ElementType == later.ElementType
            && (
                earlier.Shape is null
                || later.Shape is null
                || (
                    earlier.Shape.Rank == later.Shape.Rank
                    && earlier
                        .Shape.Dims.Zip(later.Shape.Dims)
                        .All(pair => !pair.First.IsConstant || !pair.Second.IsConstant || pair.First.Equals(pair.Second))
                )
            );
    }
}
