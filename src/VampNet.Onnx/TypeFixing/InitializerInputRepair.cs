namespace VampNet.Onnx.TypeFixing;

/// <summary>
/// Removes initializers from the list of inputs, in which files before IR version 4 had to repeat them: otherwise a caller could override
/// values that optimizations treat as constant.
/// </summary>
internal static class InitializerInputRepair
{
    private const int FirstIrVersion = 4;

    public static void Run(Model model, List<TypeRepair> repairs)
    {
        foreach (Value input in model.Graph.Inputs.Where(input => input.Constant is not null || input.SparseConstant is not null).ToList())
        {
            model.Graph.RemoveInput(input);
            repairs.Add(
                new TypeRepair(TypeRepairKind.InitializerInput, $"the initializer '{input.Name}'", "an input with a default", "a constant")
            );
        }

        if (repairs.Exists(repair => repair.Kind == TypeRepairKind.InitializerInput) && model.IrVersion < FirstIrVersion)
        {
            repairs.Add(
                new TypeRepair(
                    TypeRepairKind.InitializerInput,
                    "the model",
                    $"IR version {model.IrVersion}",
                    $"IR version {FirstIrVersion}"
                )
            );
            model.IrVersion = FirstIrVersion;
        }
    }
}
