namespace VampNet.Onnx.ShapeInference;

/// <summary>
/// Shape inference of a model that changes little by little: the first run infers all of it, later ones only the nodes that changed, and
/// those that read a value whose facts changed.
/// </summary>
/// <param name="model">The model. Every change must be reported by <see cref="Invalidate"/> or <see cref="InvalidateAll"/>.</param>
internal sealed class IncrementalInference(Model model)
{
    private readonly Dictionary<Value, SymbolicTensor> _elements = [];
    private readonly HashSet<Node> _changed = [];
    private InferenceEngine? _engine;
    private InferenceScope? _scope;

    /// <summary>Number of nodes of the main graph that were inferred, over all runs.</summary>
    public long Visits { get; private set; }

    /// <summary>Reports nodes that were added, or that read other values than before.</summary>
    public void Invalidate(IEnumerable<Node> nodes) => _changed.UnionWith(nodes);

    /// <summary>Reports that anything may have changed.</summary>
    public void InvalidateAll() => (_engine, _scope) = (null, null);

    /// <summary>Infers invalidated nodes, and sets the types of values.</summary>
    /// <returns>The integer values whose elements are known without running the model, the graph's constants left out.</returns>
    public IReadOnlyDictionary<Value, SymbolicTensor> Update()
    {
        if (_engine is null || _scope is null)
        {
            _engine = new InferenceEngine(model);
            _scope = _engine.InferModel();
            Visits += model.Graph.Nodes.Count;
            _elements.Clear();
            foreach ((Value value, Fact fact) in _scope.Facts)
            {
                Write(value, fact);
            }
        }
        else if (_changed.Count > 0)
        {
            InferChanged(_engine, _scope);
        }

        _changed.Clear();
        return _elements;
    }

    private void InferChanged(InferenceEngine engine, InferenceScope scope)
    {
        PriorityQueue<Node, long> open = new();
        HashSet<Node> queued = [];
        foreach (Node node in _changed)
        {
            Enqueue(node);
        }

        engine.ResetLimits();
        while (open.TryDequeue(out Node? node, out _))
        {
            queued.Remove(node);
            if (node.IsRemoved)
            {
                continue;
            }

            Visits++;
            HashSet<Value> inner = [.. node.Subgraphs.SelectMany(graph => graph.SelfAndSubgraphs()).SelectMany(graph => graph.Values())];
            Fact?[] before = [.. node.Outputs.Select(output => scope[output])];
            engine.Infer(scope, node);
            foreach (Value value in inner)
            {
                if (scope[value] is { } fact)
                {
                    Write(value, fact);
                }
            }

            for (int i = 0; i < node.Outputs.Count; i++)
            {
                Value output = node.Outputs[i];
                if (before[i] is { } old && scope[output] is { } now && SaySame(old, now))
                {
                    // Only the identities of unknown lengths differ, so the old fact is kept for its readers.
                    scope[output] = old;
                    continue;
                }

                if (scope[output] is { } fact)
                {
                    Write(output, fact);
                }

                foreach (Use use in output.Uses)
                {
                    Enqueue(use.Node);
                }
            }
        }

        void Enqueue(Node node)
        {
            Node outermost = node;
            while (outermost.Graph.ParentNode is { } parent)
            {
                outermost = parent;
            }

            if (!outermost.IsRemoved && outermost.Graph == model.Graph && queued.Add(outermost))
            {
                open.Enqueue(outermost, outermost.Place.Order);
            }
        }
    }

    private void Write(Value value, Fact fact)
    {
        if (fact.Type is { } type && !type.Equals(value.Type))
        {
            value.Type = type;
        }

        if (fact.Elements is { } known && value.Constant is null)
        {
            _elements[value] = known;
        }
        else
        {
            _elements.Remove(value);
        }
    }

    private static bool SaySame(Fact old, Fact now) =>
        old.IsEmptySequence == now.IsEmptySequence
        && old.FloatInput == now.FloatInput
        && ReferenceEquals(old.Constant, now.Constant)
        && (Equals(old.Type, now.Type) || old.Type?.ToString() == now.Type?.ToString())
        && old.Elements?.ToString() == now.Elements?.ToString();
}
