namespace VampNet.Onnx.Rewriting;

/// <summary>One step over a whole model.</summary>
public abstract class RewritePass
{
    /// <summary>The name in reports: the type's name without its ending.</summary>
    public virtual string Name => GetType().Name.EndsWith("Pass", StringComparison.Ordinal) ? GetType().Name[..^4] : GetType().Name;

    /// <summary>Properties that must hold before the pass.</summary>
    public virtual GraphProperties Requires => GraphProperties.Valid;

    /// <summary>Properties that hold after the pass.</summary>
    public virtual GraphProperties Ensures => GraphProperties.Valid;

    /// <summary>Properties that the pass may break.</summary>
    public virtual GraphProperties Invalidates => GraphProperties.None;

    /// <summary>The worst numerical effect.</summary>
    public abstract NumericalEffect Effect { get; }

    /// <summary>Changes the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">The operators that may be used.</param>
    /// <param name="records">Receives a record of each change and near miss.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="OnnxException">The model's data is wrong, or the pass does not reach a fixed point.</exception>
    public abstract bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records);
}
